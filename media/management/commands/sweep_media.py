"""`manage.py sweep_media [--dry-run] [--strays]`: the hourly task by hand, and what a recovery left."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from media import housekeeping, strays


class Command(BaseCommand):
    help = "Removes uploads that nothing took within a day. Can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--strays", action="store_true", help="published files that no row names, too")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        word = "would go" if dry_run else "removed"
        counts = housekeeping.sweep(dry_run=dry_run)
        if options["strays"]:
            counts["stray files"] = strays.remove_strays(dry_run=dry_run)
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count} {word}")
