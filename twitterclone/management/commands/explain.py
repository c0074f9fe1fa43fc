"""`manage.py explain`: what PostgreSQL does for each hot query on the data that is there."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.explain.report import Verdict, explained, write_report


class Command(BaseCommand):
    help = (
        "Runs EXPLAIN (ANALYZE, BUFFERS) for every hot query with real parameters, and rolls back what "
        "they write. Fails when a big table is read from end to end or months are opened in vain. Tables "
        "that changed much since they were last analysed are analysed first."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")
        parser.add_argument(
            "--keep", action="store_true", help="keep it, and say what got worse since the last"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            verdicts = explained(analysed=self._tell_analysed)
            self.stdout.write(json.dumps([asdict(verdict) for verdict in verdicts], indent=1))
        else:
            self.stdout.write(f"{'query':<24} {'ms':>9} {'rows':>7} {'pages':>7} months  indexes")
            verdicts = explained(self._tell, self._tell_analysed)
        for line in write_report(verdicts) if options["keep"] else []:
            self.stderr.write(f"Worse than last time: {line}")
        wrong = [verdict for verdict in verdicts if verdict.problem]
        if not verdicts:
            raise CommandError("There is nothing to explain.")
        if wrong:
            raise CommandError("\n".join(f"{verdict.name}: {verdict.problem}" for verdict in wrong))

    def _tell_analysed(self, tables: list[str]) -> None:
        self.stderr.write(
            f"Much changed since they were last analysed, so they were now: {', '.join(tables)}"
        )

    def _tell(self, verdict: Verdict) -> None:
        indexes = ", ".join(
            dict.fromkeys(name for name in verdict.indexes if not name.startswith("tweets_2"))
        )
        figures = f"{verdict.ms:>9.2f} {verdict.rows:>7} {verdict.buffers:>7} {verdict.months:>6}"
        problem = f"  ! {verdict.problem}" if verdict.problem else ""
        self.stdout.write(f"{verdict.name:<24} {figures}  {indexes[:70]}{problem}")
