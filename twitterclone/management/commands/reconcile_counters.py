"""`manage.py reconcile_counters [--dry-run]`: every stored figure against what counting says."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.lib.bulk import counted
from twitterclone.reconciling import reconcile

EVERY = 5.0  # seconds between lines, where there is no terminal


class Command(BaseCommand):
    help = (
        "Compares the counters of users, tweets and polls with the rows they count, steps not rolled up "
        "included, and mends what is wrong. Harmless beside a running site; can be stopped and run again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="report, and mend nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self._table, self._seen, self._said = "", 0, monotonic()
        try:
            report = reconcile(dry_run=options["dry_run"], tell=self._tell)
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted: what was found is mended, run it again.", returncode=130
            ) from None
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", str, ending="")
        for name, gap in report.examples:
            self.stdout.write(f"{name} {gap.id}: {gap.kind} said {gap.had}, {gap.truth} counted")
        rows = ", ".join(f"{count:,} {name}" for name, count in report.rows.items())
        wrong = sum(report.wrong.values())
        done = "nothing was mended" if options["dry_run"] or not wrong else "mended at the next roll-up"
        found = counted(wrong, "counter", "counters")
        self.stdout.write(f"{rows or 'Nothing'} in {report.seconds} s: {found} wrong, {done}.")

    def _tell(self, table: str, seen: int, wrong: int) -> None:
        """On a terminal one line that is rewritten, elsewhere now and then a line."""
        self._seen = seen + (self._seen if table == self._table else 0)
        self._table = table
        rows, found = counted(self._seen, "row", "rows"), counted(wrong, "counter", "counters")
        line = f"{table}: {rows}, {found} wrong so far"
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{line}", str, ending="")
        elif monotonic() - self._said > EVERY:
            self._said = monotonic()
            self.stderr.write(line, str)
