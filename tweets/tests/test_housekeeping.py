"""What is kept for a while only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tweets.housekeeping import forget_idempotency_keys
from tweets.models import IdempotencyKey
from tweets.services.posting import post_tweet

pytestmark = pytest.mark.django_db


def test_keys_are_forgotten_after_a_day(alice: User) -> None:
    for key in ("old", "new"):
        post_tweet(author=alice, text=key, idempotency_key=key)
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_idempotency_keys() == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]
