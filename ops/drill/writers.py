"""Many small writes straight to PostgreSQL: by HTTP alone a drill would have too few to say what is lost.

Each writer has a connection of its own and gives its row again, under the same key, until it is told that it
is there. What was acknowledged is kept outside of the database.
"""

import bisect
import contextlib
import itertools
import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import psycopg

from ops.drill.losses import Write

AGAIN = 0.05
TABLE = "CREATE TABLE IF NOT EXISTS drill_writes (key text PRIMARY KEY)"
WRITE = "INSERT INTO drill_writes VALUES (%s) ON CONFLICT DO NOTHING"


class Writers:
    """To be entered; leaving it stops them. `url` may name several servers."""

    def __init__(self, url: str, kept: Path, *, count: int = 4, pause: float = 0.002) -> None:
        self._url, self._kept, self._count, self._pause = url, kept, count, pause
        self._end = threading.Event()
        self._broken: list[BaseException] = []
        self.acknowledged: list[list[Write]] = [[] for _ in range(count)]

    def __enter__(self) -> Self:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(TABLE)
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(self._count)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
        with self._kept.open("w") as file:
            file.writelines(f"{one.key} {one.at:.3f}\n" for one in self._all())
        if self._broken:
            raise self._broken[0]

    def __len__(self) -> int:
        return sum(map(len, self.acknowledged))

    def times(self) -> list[float]:
        """When something was acknowledged, in order."""
        return [one.at for one in self._all()]

    def lost(self, database: str) -> list[Write]:
        """What was acknowledged and is not there."""
        with psycopg.connect(database, connect_timeout=5) as connection:
            rows = {row[0] for row in connection.execute("SELECT key FROM drill_writes")}
        return [one for one in self._all() if one.key not in rows]

    def _all(self) -> list[Write]:
        return sorted(itertools.chain.from_iterable(self.acknowledged))

    def _run(self, number: int) -> None:
        keys = (f"{number}-{serial}" for serial in itertools.count())
        key = next(keys)
        try:
            while not self._end.is_set():
                try:
                    with contextlib.closing(psycopg.connect(self._url, autocommit=True)) as connection:
                        while not self._end.wait(self._pause):
                            asked = time.monotonic()
                            connection.execute(WRITE, [key], prepare=True)
                            self.acknowledged[number].append(Write(time.monotonic(), key, asked))
                            key = next(keys)
                except psycopg.Error:
                    time.sleep(AGAIN)
        except BaseException as error:  # told when the drill leaves
            self._broken.append(error)


def gaps(moments: Sequence[float], acknowledged: Iterable[float]) -> list[float]:
    """From each moment the seconds until the next write was acknowledged."""
    times = sorted(acknowledged)
    found = ((moment, bisect.bisect_right(times, moment)) for moment in moments)
    return [times[place] - moment if place < len(times) else float("inf") for moment, place in found]


def middle(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2) if values else 0.0
