from typing import Any

from django.core.management.base import BaseCommand

from tweets.partitions import keep_partitions_ahead


class Command(BaseCommand):
    help = "Makes the months of tweets that lie ahead; does nothing when they exist."

    def handle(self, **options: Any) -> None:
        keep_partitions_ahead()
