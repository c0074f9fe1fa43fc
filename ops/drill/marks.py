"""Many small writes to a server of Redis, as sessions are: what of them is there after it was killed."""

import itertools
import threading
import time
from typing import Self

import redis

from ops.drill.losses import Write, window
from ops.drill.members import connected

LIFE = 3600
AGAIN = 0.02


class Marks:
    """To be entered; leaving it stops them. `url` may name sentinels."""

    def __init__(self, url: str, *, count: int = 2, pause: float = 0.002) -> None:
        self._clients = [connected(url) for _ in range(count)]
        self._pause, self._end = pause, threading.Event()
        self.acknowledged: list[list[Write]] = [[] for _ in range(count)]

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True)
            for number in range(len(self._clients))
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def __len__(self) -> int:
        return sum(map(len, self.acknowledged))

    def times(self) -> list[float]:
        return sorted(write.at for one in self.acknowledged for write in one)

    def lost(self, kills: list[float]) -> tuple[int, float]:
        """How many of those acknowledged are gone, and how long before a kill the earliest of them was."""
        gone: list[Write] = []
        for batch in self._batches():
            found = self._clients[0].mget([one.key for one in batch])
            gone += [one for one, value in zip(batch, found, strict=True) if value is None]
        return len(gone), window(kills, gone)

    def _batches(self) -> list[list[Write]]:
        entries = [entry for one in self.acknowledged for entry in one]
        return [entries[start : start + 1000] for start in range(0, len(entries), 1000)]

    def _run(self, number: int) -> None:
        client = self._clients[number]
        for serial in itertools.count():
            key = f"drill:{number}:{serial}"
            while not self._end.is_set():
                asked = time.monotonic()
                try:
                    client.set(key, "1", ex=LIFE)
                except redis.RedisError:
                    time.sleep(AGAIN)
                else:
                    self.acknowledged[number].append(Write(time.monotonic(), key, asked))
                    break
            if self._end.wait(self._pause):
                return
