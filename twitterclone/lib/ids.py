"""Ids that sort by time: unix milliseconds << 16 | 10 bits node | 6 bits sequence.

The node number is leased from a row of PostgreSQL, so that no two processes share one. A lease is
an interval of time: no id is made past its end, and the next holder begins after it, so even a
clock that steps back or a process that slept through its lease cannot repeat an id.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import connection

NODE_BITS = 10
SEQUENCE_BITS = 6
SHIFT = NODE_BITS + SEQUENCE_BITS
NODES = 1 << NODE_BITS
SEQUENCES = 1 << SEQUENCE_BITS
LEASE_MS = 10 * 60 * 1000
RENEW_MS = LEASE_MS // 2
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
CLOCKS_DIFFER = timedelta(hours=1)  # at most, between any two of our machines

_LEASE_SQL = """
    UPDATE id_nodes SET leased_until = %(until)s, holder = %(holder)s
    WHERE node = (
        SELECT node FROM id_nodes WHERE leased_until < %(now)s
        ORDER BY leased_until, node LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING node
"""
_RENEW_SQL = """
    UPDATE id_nodes SET leased_until = %(until)s
    WHERE node = %(node)s AND holder = %(holder)s AND leased_until >= %(now)s RETURNING node
"""


class NoNodeFree(RuntimeError):
    """All 1,024 node numbers are leased: more processes make ids than the id has room for."""


def ms_of(identifier: int) -> int:
    """Unix milliseconds of an id."""
    return identifier >> SHIFT


def id_time(identifier: int) -> datetime:
    """The moment of an id, exact to the millisecond; equal to SQL's tid_time(id)."""
    return EPOCH + ms_of(identifier) * MILLISECOND


def id_at(moment: datetime) -> int:
    """The lowest id of that moment's millisecond: a bound for ranges of ids."""
    return ((moment - EPOCH) // MILLISECOND) << SHIFT


class Generator:
    """Makes ids for one process. Thread-safe; a forked child takes a lease of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._node: int | None = None
        self._until = 0
        self._last = 0
        self._sequence = 0
        self._database: object = None

    def next_id(self) -> int:
        """A new id, greater than every earlier one of this process."""
        with self._lock:
            if self._pid != os.getpid() or self._database != connection.settings_dict["NAME"]:
                self._forget()
            now = max(_now_ms(), self._last)
            if now == self._last and self._sequence == SEQUENCES - 1:
                now = self._wait_past(self._last)
            if now > self._until - RENEW_MS:
                self._lease(now)
            self._sequence = self._sequence + 1 if now == self._last else 0
            self._last = now
            return now << SHIFT | (self._node or 0) << SEQUENCE_BITS | self._sequence

    @staticmethod
    def _wait_past(moment: int) -> int:
        while (now := _now_ms()) <= moment:
            time.sleep(0.0002)
        return now

    def _lease(self, now: int) -> None:
        """Renews the lease, or takes another node. On a connection of its own: it must not roll back."""
        holder = f"{os.uname().nodename}:{os.getpid()}"
        values: dict[str, int | str | None] = {
            "now": now,
            "until": now + LEASE_MS,
            "holder": holder,
            "node": self._node,
        }
        fresh = connection.copy()
        fresh.settings_dict["OPTIONS"] = {
            name: value for name, value in fresh.settings_dict["OPTIONS"].items() if name != "pool"
        }
        try:
            with fresh.cursor() as cursor:
                row = cursor.execute(_RENEW_SQL, values).fetchone() if self._node is not None else None
                row = row or cursor.execute(_LEASE_SQL, values).fetchone()
        finally:
            fresh.close()
        if row is None:
            raise NoNodeFree("all node numbers are leased; see id_nodes")
        self._node, self._until = row[0], now + LEASE_MS
        self._database = connection.settings_dict["NAME"]


def latest_moment() -> datetime:
    """An upper bound of all ids made so far, though clocks differ: with it months made ahead stay closed."""
    return datetime.now(UTC) + CLOCKS_DIFFER


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


_generator = Generator()
next_id = _generator.next_id
