"""`manage.py token alice`: a token for trying the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import user_by_username
from integrations.services import issue_own_token
from twitterclone.lib.errors import Invalid, NotVisible

SCOPES = "read write follow push"


class Command(BaseCommand):
    help = "Prints a new access token for an account. It is told this once; the account's settings end it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scopes", default=SCOPES, help=f'what it may do, "{SCOPES}" unless given')

    def handle(self, *args: Any, username: str, scopes: str, **options: Any) -> None:
        try:
            user = user_by_username(username.removeprefix("@"))
            token = issue_own_token(user=user, scopes=scopes.split())
        except NotVisible as error:
            raise CommandError(f"Nobody here is called {username}.") from error
        except Invalid as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(token)
