"""`manage.py migrate`: Django's, in turns with everybody who uses the tables."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections

from twitterclone.migrating.executor import TIMEOUTS, TRIES, Held, PatientExecutor

LOCK = 7_203_104  # any number that no other advisory lock of the project uses
TAKEN = "MigrationExecutor"  # from there Django's command takes it, and offers no other way in
PATIENCE = 600.0  # seconds for another migrate to end


class Command(migrate.Command):
    """Each migration has a short lock_timeout and is tried again, saying who is in the way."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout",
            type=float,
            default=TIMEOUTS[-1],
            metavar="SECONDS",
            help=f"how long a lock is waited for at most, and others behind it ({TIMEOUTS[-1]:g})",
        )
        parser.add_argument(
            "--lock-tries", type=int, default=TRIES, metavar="N", help=f"how often it is tried ({TRIES})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        class Executor(PatientExecutor):
            tell = staticmethod(self.stderr.write)
            longest, tries = options["lock_timeout"], options["lock_tries"]

        before = getattr(migrate, TAKEN)
        setattr(migrate, TAKEN, Executor)
        try:
            with self._alone(options["database"]):
                super().handle(*args, **options)
        except Held as held:
            raise CommandError(f"{held}. End it, or run migrate again: what is done stays done.") from held
        finally:
            setattr(migrate, TAKEN, before)

    @contextmanager
    def _alone(self, alias: str) -> Iterator[None]:
        """Two at once would trip over each other. A pooler keeps no session: behind one nothing is held."""
        connection = connections[alias]
        if settings.DATABASE_POOLED:
            yield
            return
        deadline, told = time.monotonic() + PATIENCE, False
        with connection.cursor() as cursor:
            while not cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0]:
                if time.monotonic() > deadline:
                    raise CommandError("Another migrate does not end.")
                if not told:
                    self.stderr.write("Another migrate is running; waiting for it.")
                told = True
                time.sleep(0.5)
        try:
            yield
        finally:
            if connection.connection and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
