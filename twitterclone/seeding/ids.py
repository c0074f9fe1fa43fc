"""Ids for rows of the past: the moment, this run's node, and the upper half of the sequence.

The generator of the running site begins each millisecond at 0, so an id made here can only meet one
of its own run; and each run takes a node number that no earlier run left ids with.
"""

from datetime import UTC, datetime

from django.db import connection

from twitterclone.lib.ids import NODES, SEQUENCE_BITS, SEQUENCES, SHIFT

FIRST_SEQUENCE = SEQUENCES // 2


class NoNodeLeft(RuntimeError):
    """More runs than there are node numbers."""


class Stamps:
    """Turns rising moments into ids, pushing a moment on when its millisecond is full."""

    def __init__(self, node: int) -> None:
        self._node = node << SEQUENCE_BITS
        self._ms = 0
        self._sequence = FIRST_SEQUENCE

    def take(self, ms: int) -> int:
        """The id of a row made at `ms`, which must not be far before the last one's."""
        if ms > self._ms:
            self._ms, self._sequence = ms, FIRST_SEQUENCE
        elif self._sequence < SEQUENCES - 1:
            self._sequence += 1
        else:
            self._ms, self._sequence = self._ms + 1, FIRST_SEQUENCE
        return self._ms << SHIFT | self._node | self._sequence


def free_node() -> int:
    """The highest node number that no user's id was made with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT (id >> %s) & %s FROM users", [SEQUENCE_BITS, NODES - 1])
        used = {node for (node,) in cursor.fetchall()}
    for node in reversed(range(NODES)):
        if node not in used:
            return node
    raise NoNodeLeft("every node number has made ids already")


def ms_text(ms: int) -> str:
    """A moment as PostgreSQL reads it, exact to the millisecond."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{ms % 1000:03d}+00"
