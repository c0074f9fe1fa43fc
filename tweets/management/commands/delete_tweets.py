"""`manage.py delete_tweets --ids FILE | --author NAME [--before DATE]`: takes tweets back."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from tweets.services.bulk import bulk_delete, rows_of_author
from twitterclone.lib.bulk_command import BulkCommand
from twitterclone.lib.sheets import Problem, Row, read_sheet


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-01-31") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BulkCommand):
    help = (
        "Deletes tweets as their authors would: those whose ids stand in a file (.txt with one a line, .csv "
        "or .jsonl with a column id), or those of an author, all or before a moment. Run it again after an "
        "interruption: what is deleted is left alone."
    )
    what, deed = ("tweet", "tweets"), "deleted"

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--ids", type=Path, metavar="FILE")
        which.add_argument("--author", metavar="NAME")
        parser.add_argument(
            "--before", type=_moment, metavar="DATE", help="with --author: only those before; in UTC"
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["before"] and not options["author"]:
            raise CommandError("--before goes with --author.")
        rows = self._rows(options)
        self.perform(lambda work: bulk_delete(rows, work), options)

    def _rows(self, options: dict[str, Any]) -> Iterator[Row | Problem]:
        if options["ids"]:
            return read_sheet(options["ids"], required=("id",))
        name = options["author"].removeprefix("@").lower()
        author = User.objects.filter(username=name).first()
        if author is None:
            raise CommandError(f"Nobody is called {name}.")
        return rows_of_author(author, options["before"] or timezone.now())
