"""`manage.py connections ALICE --degree 3`: whom one reaches from somebody by following follows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.queries import user_by_username
from social.queries.connections import FARTHEST, MOST, connections
from twitterclone.lib.errors import NotVisible


class Command(BaseCommand):
    help = "Prints the people within some steps of somebody, nearest first: degree, name, and by whom."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--degree", type=int, default=2, choices=range(1, FARTHEST + 1))
        parser.add_argument("--limit", type=int, default=MOST, metavar="N", help=f"at most {MOST}")

    def handle(self, *args: Any, username: str, degree: int, limit: int, **options: Any) -> None:
        if limit < 1:
            raise CommandError("--limit is at least 1.")
        try:
            user = user_by_username(username.removeprefix("@").lower())
        except NotVisible:
            raise CommandError(f"Nobody here is called {username}.") from None
        found = connections(user, user, degree, limit)
        for one in found:
            via = f"  by @{one.via.handle}" if one.via else ""
            self.stdout.write(f"{one.degree}  @{one.person.handle}{via}")
        counts = [sum(one.degree == step for one in found) for step in range(1, degree + 1)]
        told = ", ".join(f"{count} at {step}" for step, count in enumerate(counts, 1))
        self.stderr.write(f"{len(found)} people: {told}")
