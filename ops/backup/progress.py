"""How far something long is: rewritten in place on a terminal, elsewhere a line now and then."""

import sys
import time
from typing import Self

from ops.console import complain

EVERY, QUICK = 10.0, 0.5  # seconds between lines, and between rewritings


class Progress:
    """To be entered; counts bytes or things."""

    def __init__(self, what: str, unit: str = "MB", each: int = 1_000_000) -> None:
        self._what, self._unit, self._each = what, unit, each
        self._count, self._said = 0, time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def add(self, count: int) -> None:
        self._count += count
        self.tell(f"{self._count / self._each:,.0f} {self._unit}")

    def tell(self, how_far: str) -> None:
        live = sys.stderr.isatty()
        if time.monotonic() - self._said < (QUICK if live else EVERY):
            return
        self._said = time.monotonic()
        if live:
            print(f"\r\x1b[K{self._what}: {how_far}", end="", file=sys.stderr, flush=True)
        else:
            complain(f"{self._what}: {how_far}")
