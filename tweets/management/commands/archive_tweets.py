"""`manage.py archive_tweets --before 2024-01 [--offline FOLDER]`: puts old months aside."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from tweets.archive.offline import NotTheSame, look_at_month, take_out
from tweets.archive.online import SCHEMA, Month, months_before, move_month
from twitterclone.lib.bulk import counted
from twitterclone.lib.statistics import refresh_statistics


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a month like 2024-01") from error


class Command(BaseCommand):
    help = (
        "Puts the months of tweets before a month aside: into the schema `archive`, where all goes on, or "
        "with --offline into files, compared with the database before anything is dropped. One month after "
        "the other, each all or nothing: stop it at any moment, run it again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--before", type=_month, required=True, metavar="MONTH", help="such as 2024-01")
        parser.add_argument(
            "--offline", type=Path, metavar="FOLDER", help="out of the database, into this folder"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would go where")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["before"] > timezone.now().date().replace(day=1):
            raise CommandError("Only months that are over can be put aside.")
        if (folder := options["offline"]) and folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file; --offline names a folder.")
        months = months_before(options["before"])
        done = 0
        try:
            for month in months:
                done += self._put_aside(month, options["offline"], options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError(
                f"Interrupted after {counted(done, 'month', 'months')}: run it again.", returncode=130
            ) from None
        except (DatabaseError, NotTheSame, OSError) as error:
            what = str(error).strip().splitlines()[0]
            raise CommandError(
                f"{month}: {what} Nothing is lost, {counted(done, 'month', 'months')} done: run it again."
            ) from error
        finally:
            if done and options["offline"] and not options["dry_run"]:
                refresh_statistics()
        verb = "would be put aside" if options["dry_run"] else "put aside"
        self.stdout.write(f"{done} of {counted(len(months), 'month', 'months')} {verb}.")

    def _put_aside(self, month: Month, offline: Path | None, dry_run: bool) -> bool:
        if offline is None:
            moved = month.schema != SCHEMA if dry_run else move_month(month)
            if moved:
                self.stdout.write(f"{month}: {month.table} to the schema {SCHEMA}")
            return moved
        folder = offline / str(month)
        if dry_run:
            counts = look_at_month(month)
        else:
            counts = {file.table: file.rows for file in take_out(month, folder).files}
        rows = ", ".join(f"{count:,} {table}" for table, count in counts.items() if count)
        self.stdout.write(f"{month}: {rows or 'nothing'} to {folder}")
        return True
