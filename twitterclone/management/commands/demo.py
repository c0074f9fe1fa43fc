"""`manage.py demo`: what a new installation shows in its first minute."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.seeding.demo.load import is_loaded, load_demo, logins_path
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import is_empty


class Command(BaseCommand):
    help = "Loads a small lively world into an empty database, with logins of its own. Does so only once."

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the logins again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self._print_logins()
        elif is_loaded():
            self.stdout.write("The demo is loaded already; `manage.py demo --logins` prints its logins.")
        elif not is_empty():
            raise CommandError("There are users or tweets already. The demo is only for an empty database.")
        else:
            self.stdout.write(load_demo(Progress(self.stderr)).rstrip())

    def _print_logins(self) -> None:
        if not is_loaded():
            raise CommandError(f"No demo is loaded here: {logins_path()} or its users are missing.")
        self.stdout.write(logins_path().read_text().rstrip())
