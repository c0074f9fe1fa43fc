"""What happens to programs when something happens to the account."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from integrations.models import OUT_OF_BAND
from integrations.services import issue_token, register_application
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db


def test_programs_lose_access_when_the_password_is_reset(client: Client, alice: User, bob: User) -> None:
    program, _secret = register_application(name="Bot", redirect_uris=[OUT_OF_BAND])
    tokens = {user: issue_token(user=user, application=program, scopes=["read"]) for user in (alice, bob)}
    client.post("/accounts/password/reset/", {"email": alice.email})
    outbox.drain()
    found = re.search(r"http\S+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert found
    form = client.get(found[1], follow=True).redirect_chain[-1][0]
    answer = client.post(form, {"password1": "a better one now", "password2": "a better one now"})
    assert answer.status_code == 302
    for user, status in ((alice, 401), (bob, 200)):
        bearer = {"authorization": f"Bearer {tokens[user]}"}
        assert Client().get("/api/v1/apps/verify_credentials", headers=bearer).status_code == status
