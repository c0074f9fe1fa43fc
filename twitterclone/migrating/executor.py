"""Django's executor of migrations, which waits for locks a moment at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import OperationalError, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunSQL
from psycopg.errors import DeadlockDetected, LockNotAvailable

from twitterclone.migrating.watching import Watch

# a table that waits for its lock lets nobody else in: so first hardly at all, and never long
TIMEOUTS = (0.2, 0.4, 0.8, 1.6, 2.0)
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
TRIES = 24  # about five minutes
TOLD_AFTER = 5.0  # seconds that who waits harmlessly waits without a word
HARMLESS = (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)  # while they wait, others go on

T = TypeVar("T")


class Held(Exception):
    """A lock could not be had; the message says who has it."""


class PatientExecutor(MigrationExecutor):
    """Runs each migration with a short lock_timeout, again and again, and says who is in the way.

    One that is atomic is taken back whole and tried again; of another each operation by itself. What makes
    nobody wait (CONCURRENTLY, VALIDATE) waits as long as it takes. Held after the last try, with nothing half
    done but what stands in a migration that is not atomic, which can be run again.
    """

    tell: Callable[[str], object] = staticmethod(lambda _: None)
    longest = TIMEOUTS[-1]
    tries = TRIES

    def apply_migration(
        self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False
    ) -> Any:
        apply = super().apply_migration
        if not migration.atomic:
            with self._each_in_turn(migration, "database_forwards"):
                return apply(state, migration, fake=fake, fake_initial=fake_initial)
        return self._in_turns(
            lambda: apply(state.clone(), migration, fake=fake, fake_initial=fake_initial),
            str(migration),
            is_harmless=all(map(is_harmless, migration.operations)),
        )

    def unapply_migration(self, state: Any, migration: Any, fake: bool = False) -> Any:
        unapply = super().unapply_migration
        if not migration.atomic:
            with self._each_in_turn(migration, "database_backwards"):
                return unapply(state, migration, fake=fake)
        return self._in_turns(lambda: unapply(state.clone(), migration, fake=fake), str(migration))

    @contextmanager
    def _each_in_turn(self, migration: Any, method: str) -> Iterator[None]:
        """Lets each operation be tried again for itself."""
        for operation in migration.operations:
            setattr(operation, method, self._patient(operation, getattr(operation, method), str(migration)))
        try:
            yield
        finally:
            for operation in migration.operations:
                delattr(operation, method)

    def _patient(self, operation: Any, run: Callable[..., None], name: str) -> Callable[..., None]:
        def once(*args: Any) -> None:
            if isinstance(operation, AddIndexConcurrently):
                self._drop_unfinished(operation.index.name)
            if not self.connection.in_atomic_block:
                return run(*args)
            with transaction.atomic(self.connection.alias):
                return run(*args)

        def patiently(*args: Any) -> None:
            what = f"{name} ({operation.describe()})"
            self._in_turns(lambda: once(*args), what, is_harmless=is_harmless(operation))

        return patiently

    def _drop_unfinished(self, name: str) -> None:
        """An index that was begun and not finished is in the way of its own second try."""
        sql = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"
        quoted = self.connection.ops.quote_name(name)
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [quoted])
            if cursor.fetchone():
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")

    def _in_turns(self, run: Callable[[], T], what: str, *, is_harmless: bool = False) -> T:
        holders = ""
        for number in range(self.tries):
            seconds = 0.0 if is_harmless else min(_nth(TIMEOUTS, number), self.longest)
            with self._waiting(seconds, what) as watch:
                try:
                    return run()
                except OperationalError as failure:
                    if not isinstance(failure.__cause__, LockNotAvailable | DeadlockDetected):
                        raise
            holders = watch.holders or holders or "nobody who could be seen"
            pause = _nth(PAUSES, number)
            if number + 1 < self.tries:
                self.tell(f"{what} waits for {holders}; again in {pause:g} s")
                time.sleep(pause)
        raise Held(f"{what} found no moment for its lock: {holders}")

    @contextmanager
    def _waiting(self, seconds: float, what: str) -> Iterator[Watch]:
        """Waits for locks this long at most (0: for ever), and watches who has them."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), set_config('lock_timeout', %s, false)", [f"{seconds}s"])
            pid = cursor.fetchone()[0]
        watch = Watch(
            pid,
            lambda holders: self.tell(f"{what} waits for {holders}") if not seconds else None,
            after=min(seconds / 2, 0.5) if seconds else 0.5,
            tell_after=TOLD_AFTER,
        )
        try:
            with watch:
                yield watch
        finally:
            if self.connection.connection and not self.connection.connection.closed:
                with self.connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")


def is_harmless(operation: Any) -> bool:
    """Whether others go on while the operation waits for its lock."""
    if isinstance(operation, RunSQL):
        sql = str(operation.sql).upper()
        return "CONCURRENTLY" in sql or "VALIDATE CONSTRAINT" in sql
    return isinstance(operation, HARMLESS)


def _nth(values: tuple[float, ...], number: int) -> float:
    return values[min(number, len(values) - 1)]
