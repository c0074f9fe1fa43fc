"""The commands of integrations."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import AccessToken

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_token_works_when_it_was_printed(alice: User) -> None:
    for scopes, status in (("read write follow push", 200), ("write", 403)):
        printed = StringIO()
        call_command("token", "@Alice", scopes=scopes, stdout=printed)
        bearer = {"authorization": f"Bearer {printed.getvalue().strip()}"}
        answer = Client().get("/api/v1/accounts/verify_credentials", headers=bearer)
        assert answer.status_code == status
    assert AccessToken.objects.values("application").distinct().count() == 1


def test_token_is_refused_with_words_when_nobody_or_nothing_is_meant(alice: User) -> None:
    with pytest.raises(CommandError, match="Nobody here is called bob"):
        call_command("token", "bob")
    with pytest.raises(CommandError, match="everything"):
        call_command("token", "alice", scopes="read everything")
