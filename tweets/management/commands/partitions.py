"""`manage.py partitions`: room for the tweets to come."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from tweets.partitions import keep_partitions_ahead, months

FEWEST_AHEAD = 2


class Command(BaseCommand):
    help = "Makes the months of tweets that lie ahead; does nothing when they exist. Prints which there are."

    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keep_partitions_ahead()
        except DatabaseError as error:
            raise CommandError(f"The months ahead could not be made: {str(error).strip()}") from error
        found = months()
        ahead = sum(month > timezone.now().date() for month in found)
        if options["verbosity"] > 0:
            self.stdout.write(f"{len(found)} months, {found[0]:%Y-%m} to {found[-1]:%Y-%m}, {ahead} ahead.")
        if ahead < FEWEST_AHEAD:
            raise CommandError(
                f"Only {ahead} months lie ahead; tweets would be refused when they end. "
                "Look for what keeps `manage.py pgpartition` from making tables."
            )
