"""Codes and tokens past their time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from accounts.models import User
from integrations.tasks import forget_spent_codes
from integrations.tests.test_oauth import code_of, exchange, registered

pytestmark = pytest.mark.django_db


def test_only_what_is_past_its_time_is_forgotten(client: Client, alice: User) -> None:
    client.force_login(alice)
    app = registered(client)
    told = exchange(Client(), app, code=code_of(client, app)).json()
    code_of(client, app)
    exchange(Client(), app, grant_type="refresh_token", refresh_token=told["refresh_token"])
    forget_spent_codes()
    assert (Grant.objects.count(), AccessToken.objects.count(), RefreshToken.objects.count()) == (1, 1, 2)
    past = timezone.now() - timedelta(days=91)
    Grant.objects.update(expires=past)
    RefreshToken.objects.exclude(revoked=None).update(revoked=past)
    forget_spent_codes()
    assert (Grant.objects.count(), AccessToken.objects.count(), RefreshToken.objects.count()) == (0, 1, 1)
    AccessToken.objects.update(expires=past)
    forget_spent_codes()
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (0, 0)
