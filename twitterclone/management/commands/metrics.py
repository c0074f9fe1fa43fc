"""`manage.py metrics`: the figures on standard output, for machines without a web process."""

from typing import Any

from django.core.management.base import BaseCommand

from twitterclone.monitoring.exposition import text


class Command(BaseCommand):
    help = "Prints what /metrics answers, e.g. into a folder that Prometheus's node exporter reads."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(text().decode(), ending="")
