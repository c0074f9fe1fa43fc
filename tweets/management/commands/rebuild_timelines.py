"""`manage.py rebuild_timelines [--anew] [--after ID]`: the home timelines in Redis from PostgreSQL."""

import sys
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.queries import active_ids
from tweets.timelines import cards, rebuild

BATCH = 200  # built together: each is out of reach for readers meanwhile, who get theirs from PostgreSQL
EVERY = 5.0  # seconds between lines
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Builds the home timelines of everybody active that are not in Redis. Harmless beside a running "
        "site; when interrupted, run it again: what is there is not built twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="forget first those that are there")
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="only of users above this id")

    def handle(self, *args: Any, anew: bool, after: int, **options: Any) -> None:
        try:
            self._rebuild(anew, after)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted: run it again without --anew, and it goes on where it was.")
            sys.exit(INTERRUPTED)

    def _rebuild(self, anew: bool, after: int) -> None:
        if anew:
            rebuild.forget_all()
            cards.forget_all()
        since = timezone.now() - timedelta(days=settings.ACTIVE_DAYS)
        began = said = monotonic()
        seen = built = entries = 0
        while users := active_ids(since, after=after, limit=BATCH):
            timelines, found = rebuild.fill_all(users)
            seen, built, entries, after = seen + len(users), built + timelines, entries + found, users[-1]
            if monotonic() - said > EVERY:
                said = monotonic()
                self.stdout.write(f"{seen:,} people, {built:,} timelines, up to id {after}")
        took = max(monotonic() - began, 0.001)
        self.stdout.write(
            f"{built:,} timelines of {seen:,} active people built, {entries:,} entries in {took:.1f} s"
            f" ({entries / took:,.0f} a second)"
        )
