"""`manage.py verify`: whether all of the data is whole, as after a recovery."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from twitterclone.lib.bulk import counted
from twitterclone.lib.findings import Finding, Severity, Unknown, as_dict
from twitterclone.verifying.run import Outcome, verify
from twitterclone.verifying.walking import BATCH, Look, checks

EVERY = 5.0  # seconds between lines of progress, where there is no terminal


def _batch(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not 1 or more")
    return int(text)


class Command(BaseCommand):
    help = (
        "Looks whether all data is whole: keys, rules, counters, months, files, indexes. Writes nothing, may "
        "be run beside the site. Exits with 0 when it is, with 1 and a line for each finding when not, "
        "130 when interrupted."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="this check; repeatable"
        )
        parser.add_argument("--list", action="store_true", help="say which checks there are")
        parser.add_argument("--json", action="store_true", help="rows and findings as JSON")
        parser.add_argument("--deep", action="store_true", help="whole indexes and words of searches too")
        parser.add_argument("--batch", type=_batch, default=BATCH, help=f"rows looked at at once ({BATCH})")

    def handle(self, *args: Any, only: list[str], **options: Any) -> None:
        try:
            chosen = checks.chosen(only)
        except Unknown as unknown:
            raise CommandError(str(unknown)) from unknown
        if options["list"]:
            for check in chosen:
                self.stdout.write(f"{check.name:<12} {check.why}")
            return
        self._said = monotonic()
        look = Look(options["batch"], options["deep"], self._tell)
        try:
            outcome = verify(only, look, (lambda *_: None) if options["json"] else self._found)
        except KeyboardInterrupt:
            raise CommandError("Interrupted; nothing was changed.", returncode=130) from None
        except DatabaseError as failure:
            raise CommandError(f"Broke off: {str(failure).splitlines()[0]}") from failure
        self._clear()
        self._conclude(outcome, as_json=options["json"])

    def _conclude(self, outcome: Outcome, *, as_json: bool) -> None:
        count = sum(len(found) for found in outcome.findings.values())
        if as_json:
            told = {name: [as_dict(each) for each in found] for name, found in outcome.findings.items()}
            whole = {"rows": outcome.rows, "findings": told, "cut": sorted(outcome.cut)}
            self.stdout.write(json.dumps({"is_whole": outcome.is_whole, "seconds": outcome.seconds, **whole}))
        else:
            for name in sorted(outcome.cut):
                self.stdout.write(f"{name}: there are more like these")
            rows = (
                f"{sum(outcome.rows.values()):,} rows in {len(outcome.rows)} tables, " if outcome.rows else ""
            )
            done = counted(len(outcome.findings), "check", "checks")
            many = counted(count, "finding", "findings")
            self.stdout.write(f"{rows}{done} in {outcome.seconds} s: {many}.")
        if not outcome.is_whole:
            found = [finding for each in outcome.findings.values() for finding in each]
            is_broken = any(finding.severity == Severity.ERROR for finding in found)
            raise CommandError("The data is not whole." if is_broken else "Nothing is broken, but see above.")

    def _found(self, name: str, finding: Finding) -> None:
        self._clear()
        style = self.style.ERROR if finding.severity == Severity.ERROR else self.style.WARNING
        self.stdout.write(f"{style(name)}: {finding.text} → {finding.fix}")

    def _tell(self, what: str, seen: int) -> None:
        """On a terminal one line that is rewritten, elsewhere now and then a line."""
        line = f"{what}: {counted(seen, 'row', 'rows')}" if seen else what
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{line}", str, ending="")
        elif monotonic() - self._said > EVERY:
            self._said = monotonic()
            self.stderr.write(line, str)

    def _clear(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", str, ending="")
