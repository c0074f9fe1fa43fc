"""`manage.py sweep_media [--dry-run]`: what the hourly task does, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from media import housekeeping


class Command(BaseCommand):
    help = "Removes uploads that nothing took within a day. Can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        word = "would go" if dry_run else "removed"
        for what, count in housekeeping.sweep(dry_run=dry_run).items():
            self.stdout.write(f"{what}: {count} {word}")
