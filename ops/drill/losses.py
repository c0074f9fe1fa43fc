"""Which kill took a write that was acknowledged and is gone, and how long after its acknowledgement."""

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

NOTED = 1.0  # seconds within which an answer is noted


class Answered(Protocol):
    """What was asked for, and answered with success, by the monotonic clock."""

    @property
    def at(self) -> float: ...  # when the answer was noted
    @property
    def asked(self) -> float: ...


class Write(NamedTuple):
    """One small write; see `Answered`."""

    at: float
    key: str
    asked: float


def taken_from(one: Answered) -> float:
    """The moment from which a kill may have taken it.

    Its answer may be noted a moment after a kill, and be of the server that was killed: nobody who came after
    had been asked.
    """
    return max(one.asked, one.at - NOTED)


def window(kills: Sequence[float], lost: Iterable[Answered]) -> float:
    """How long before its kill the earliest of the lost was acknowledged; infinite when none came behind it.

    `kills` ascend, and are the moments from which nothing was answered any more.
    """
    return max((_before(kills, one) for one in lost), default=0.0)


def _before(kills: Sequence[float], one: Answered) -> float:
    place = bisect.bisect_left(kills, taken_from(one))
    return max(kills[place] - one.at, 0.0) if place < len(kills) else float("inf")
