"""`manage.py erase_due`: what beat does every ten minutes, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.housekeeping import due, erase_due


class Command(BaseCommand):
    help = (
        "Erases the accounts whose owners asked for it and whose grace is over. Can be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say which accounts are due")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            for user in due():
                self.stdout.write(f"@{user.username} ({user.pk}), due since {user.erase_at:%Y-%m-%d %H:%M}")
            self.stdout.write(f"{len(due())} accounts are due; nothing was erased.")
            return
        gone = erase_due(tell=lambda pk, name, count: self.stdout.write(f"{pk}: {name} {count}"))
        self.stdout.write(f"{gone} accounts are erased.")
        if left := len(due()):
            self.stdout.write(f"{left} are in use by another process just now: run it again.")
