"""`manage.py restore_tweets FOLDER…`: brings months back that `archive_tweets` put aside."""

from argparse import ArgumentParser
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from tweets.archive.files import ArchiveBroken, is_whole, months_in
from tweets.archive.online import HOME, months_before, move_month
from tweets.archive.restoring import bring_back, is_back, still_missing
from twitterclone.lib.bulk import counted
from twitterclone.lib.statistics import refresh_statistics


class Command(BaseCommand):
    help = (
        "Loads months from the folders that `archive_tweets --offline` wrote, each all or nothing; or with "
        "--online moves every month of the schema `archive` back to the others. Months that are back are "
        "passed over: run it again after an interruption."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="such as archive/2024-01")
        parser.add_argument("--online", action="store_true", help="what is in the schema `archive`")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["folders"]) == options["online"]:
            raise CommandError("Name folders, or say --online.")
        try:
            if options["online"]:
                moved = sum(move_month(month, HOME) for month in months_before(date.max))
                self.stdout.write(f"{counted(moved, 'month', 'months')} moved back.")
            self._tell_missing([folder for folder in sorted(options["folders"]) if self._restore(folder)])
        except KeyboardInterrupt:
            raise CommandError("Interrupted: the month under way is not loaded.", returncode=130) from None
        except (ArchiveBroken, DatabaseError, OSError) as error:
            raise CommandError(str(error).strip().splitlines()[0]) from error
        finally:
            if not options["online"]:
                refresh_statistics()

    def _restore(self, folder: Path) -> bool:
        """Whether it had to."""
        if months := [] if is_whole(folder) else months_in(folder):
            raise CommandError(
                f"{folder} is not a month; it holds {', '.join(months)}. Name those you want back."
            )
        if is_back(folder):
            self.stdout.write(f"{folder.name}: is back already.")
            return False
        rows: dict[str, int] = {}
        left = bring_back(folder, rows.__setitem__)
        self.stdout.write(f"{folder.name}: {sum(rows.values()):,} rows of {len(rows)} tables are back.")
        left.pop("guests", None)  # most come with a later month: what is missing then is told at the end
        if left:
            gone = ", ".join(f"{count:,} {table}" for table, count in left.items())
            self.stderr.write(f"Left out, since people or what they point at are gone: {gone}.")
        return True

    def _tell_missing(self, restored: list[Path]) -> None:
        """What of these months is not there though all that was asked for is."""
        missing: Counter[str] = Counter()
        for folder in restored:
            missing.update(still_missing(folder))
        if gone := missing.pop("", 0):
            retweets = counted(gone, "retweet", "retweets")
            self.stderr.write(
                f"Left out, since people or what they point at are gone: {retweets} of other months."
            )
        if away := missing.total():
            wait, months = counted(away, "retweet waits", "retweets wait"), ", ".join(sorted(missing))
            self.stdout.write(f"{wait} for months that are away: {months}.")
