"""The shell of `manage.py register_users`, `publish_tweets` and `delete_tweets`."""

from argparse import ArgumentParser
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.lib.bulk import Stopped, Tally, Work, counted
from twitterclone.lib.sheets import Problem, SheetRefused
from twitterclone.lib.statistics import refresh_statistics

EVERY = 5.0  # seconds between lines of progress
REFUSED, UNREADABLE, INTERRUPTED = 1, 2, 130


class BulkCommand(BaseCommand):
    """Tells refusals and progress on standard error, the end on standard output.

    Ends with 0 when all was done, 1 when lines were refused, 2 when the file is none of ours, 130 when
    interrupted.
    """

    requires_system_checks = ()
    what = ("", "")  # "account", "accounts"
    deed = ""  # "made"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be refused, change nothing"
        )
        parser.add_argument("--strict", action="store_true", help="stop at the first line that is refused")
        parser.add_argument(
            "--batch", type=int, default=500, help="lines in one transaction, at least 1 (500)"
        )

    def perform(self, service: Callable[[Work], Tally], options: dict[str, Any]) -> None:
        """Runs the service and tells how it went."""
        if options["batch"] < 1:
            raise CommandError("--batch is at least 1.", returncode=UNREADABLE)
        self._said = monotonic()
        work = Work(options["dry_run"], options["strict"], options["batch"], self._refuse, self._progress)
        try:
            service(work)
        except SheetRefused as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except Stopped:
            self.stdout.write(f"Stopped. {self._summary(work)}")
            raise SystemExit(REFUSED) from None
        except KeyboardInterrupt:
            at = f", done up to line {work.tally.line:,}" if work.tally.line else ""
            raise CommandError(f"Interrupted{at}: run it again.", returncode=INTERRUPTED) from None
        finally:
            if work.tally.done and not work.dry_run:
                refresh_statistics()  # autovacuum comes in a minute or two; until then plans are of old ones
        self.stdout.write(self._summary(work))
        if (
            work.tally.refused
        ):  # some was done: no error of the command, yet nothing that a script may pass over
            raise SystemExit(REFUSED)

    def _refuse(self, problem: Problem) -> None:
        self.stderr.write(str(problem))

    def _progress(self, tally: Tally) -> None:
        if monotonic() - self._said > EVERY:
            self._said = monotonic()
            self.stderr.write(f"line {tally.line:,}: {tally.done:,} {self.deed}, {tally.refused:,} refused")

    def _summary(self, work: Work) -> str:
        tally = work.tally
        deed = f"would be {self.deed}" if work.dry_run else self.deed
        already = (
            f", {tally.already:,} {'was' if tally.already == 1 else 'were'} already" if tally.already else ""
        )
        refused = counted(tally.refused, "line", "lines")
        return f"{counted(tally.done, *self.what)} {deed}{already}, {refused} refused."
