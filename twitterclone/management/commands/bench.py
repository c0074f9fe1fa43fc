"""`manage.py bench`: measures the site. To be run by `make bench`, which gives it servers of its own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from twitterclone.bench.cases import CASES
from twitterclone.bench.registry import Unknown, chosen
from twitterclone.bench.run import run
from twitterclone.bench.stage import SIZES
from twitterclone.seeding.run import is_empty


class Command(BaseCommand):
    help = "Measures the site against the limits of its parts, in a database that is empty before."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="cases to run; all without a name")
        parser.add_argument("--size", choices=SIZES, default="small")
        parser.add_argument("--list", action="store_true", help="say which cases there are")
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR) / "var" / "bench")

    def handle(self, *args: Any, names: list[str], size: str, out: Path, **options: Any) -> None:
        try:
            wanted = chosen(CASES, names)
        except Unknown as error:
            raise CommandError(str(error)) from error
        if options["list"]:
            for case in wanted:
                self.stdout.write(f"{case.name:<12} {case.about}")
            return
        if not is_empty():
            raise CommandError("There are users or tweets already: measure in a database of its own.")
        try:
            rows, broken = run(SIZES[size], wanted, out, self.stdout, self.stderr)
        except KeyboardInterrupt:
            raise CommandError("Interrupted.", returncode=130) from None
        if broken:
            raise CommandError(f"Broke off: {', '.join(broken)}")
        if missed := [row.goal.id for row in rows if row.is_missed]:
            raise CommandError(f"Missed: {', '.join(missed)}")
