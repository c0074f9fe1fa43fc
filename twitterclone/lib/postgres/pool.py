"""psycopg's pool for a database that may be away, or be another server than a moment ago.

A connection whose server is gone is found before it is given out, at the cost of a look at its socket. While
the database cannot be reached one request at a time finds out, and the others are refused at once: waiting
would only make a queue that is still there when the database is back.
"""

import select
import threading
import time
from collections.abc import Callable
from typing import Any

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

STEP = 1.0  # seconds after which who waits looks whether the database is away
AGAIN = 0.3  # seconds from one who finds out to the next
ONCE_MORE = 0.2  # seconds between a failed try to connect and the second and last


class Away(OperationalError):
    """The database could not be reached a moment ago."""


class Pool(ConnectionPool):
    """As psycopg's; `getconn` waits for room in the pool, and not for a database that is away."""

    def __init__(self, **options: Any) -> None:
        configure: Callable[[Connection], None] | None = options.pop("configure", None)
        self._next_try: float | None = None  # None while all is well
        self._door = threading.Lock()

        def arrived(connection: Connection) -> None:
            self._next_try = None
            if configure is not None:
                configure(connection)

        # who tries again is the next request: the pool's own pauses grow until they outlast the failure
        options |= {"reconnect_timeout": ONCE_MORE, "reconnect_failed": _failed, "configure": arrived}
        super().__init__(**options)

    @property
    def is_away(self) -> bool:
        return self._next_try is not None

    def getconn(self, timeout: float | None = None) -> Connection:
        self._refuse_while_away()
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            try:
                connection = super().getconn(max(min(STEP, deadline - time.monotonic()), 0.001))
            except PoolTimeout:
                if self.is_away:
                    self.note_failure()
                    raise
                if time.monotonic() >= deadline:
                    raise
                continue
            if not is_stale(connection):
                return connection
            connection.close()
            self.putconn(connection)  # which replaces it

    def note_failure(self) -> None:
        """Nobody tries for a moment."""
        self._next_try = time.monotonic() + AGAIN

    def _refuse_while_away(self) -> None:
        with self._door:
            if self._next_try is None:
                return
            if time.monotonic() < self._next_try:
                raise Away("the database cannot be reached")
            self._next_try = time.monotonic() + STEP + AGAIN  # this one finds out for all


def is_stale(connection: Connection) -> bool:
    """Whether the server closed the connection while nobody used it; it is asked only if it spoke."""
    try:
        looking = select.poll()
        looking.register(connection.fileno(), select.POLLIN)
        if looking.poll(0):
            ConnectionPool.check_connection(connection)
    except Exception:
        return True
    return False


def _failed(pool: ConnectionPool) -> None:
    if isinstance(pool, Pool):
        pool.note_failure()
