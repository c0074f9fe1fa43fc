"""What the store can do at best: the same deliveries without the site, by three means."""

import socket
import time
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from django.conf import settings

from twitterclone.lib.ids import ms_of
from twitterclone.lib.redis import client, key

BATCH = 500
# ids packed into one argument, sorted sets cut only when a hundred too long: the fastest found
_SCRIPT = """
    local touched = 0
    for user in string.gmatch(ARGV[1], '%d+') do
        local name = KEYS[1] .. user
        redis.call('ZADD', name, ARGV[2], ARGV[3])
        if redis.call('ZCARD', name) > tonumber(ARGV[4]) + 100 then
            redis.call('ZREMRANGEBYRANK', name, 0, -tonumber(ARGV[4]) - 1)
        end
        touched = touched + 1
    end
    return touched
"""


class Plain:
    """Timelines as one sorted set each, with nothing but entries."""

    def __init__(self, count: int, entries: Sequence[int]) -> None:
        self.count, self.length = count, len(entries)
        self._prefix = key("bench", "plain", "")
        self._script = client("timelines").register_script(_SCRIPT)
        mapping = {str(entry): ms_of(entry) for entry in entries}
        pipeline = client("timelines").pipeline(transaction=False)
        for number in range(count):
            pipeline.zadd(self._name(number), mapping)
            if number % 50 == 0:
                pipeline.execute()
        pipeline.execute()

    def _name(self, number: int) -> str:
        return f"{self._prefix}{number}"

    def by_pipeline(self, entries: Sequence[int]) -> None:
        """The usual fan-out: ZADD and ZREMRANGEBYRANK by redis-py, 500 in a pipeline."""
        pipeline = client("timelines").pipeline(transaction=False)
        for entry in entries:
            for first in range(0, self.count, BATCH):
                for number in range(first, min(first + BATCH, self.count)):
                    pipeline.zadd(self._name(number), {str(entry): ms_of(entry)})
                    pipeline.zremrangebyrank(self._name(number), 0, -self.length - 1)
                pipeline.execute()

    def by_script(self, entry: int) -> None:
        """All of them by one call."""
        users = ",".join(map(str, range(self.count)))
        self._script(keys=[self._prefix], args=[users, ms_of(entry), entry, self.length])

    def by_hand(self, entries: Sequence[int]) -> float:
        """ZADD alone, bytes joined by hand, 500 in one write on one socket; returns the seconds it took.

        The bytes are made before the clock starts: this is what the server can take from one connection.
        """
        writes = [part for entry in entries for part in self._writes(entry)]
        with _raw_socket() as peer:
            begun = time.perf_counter()
            for text, answers in writes:
                peer.sendall(text)
                _drain(peer, answers)
            return time.perf_counter() - begun

    def _writes(self, entry: int) -> Iterator[tuple[bytes, int]]:
        for first in range(0, self.count, BATCH):
            names = [self._name(number) for number in range(first, min(first + BATCH, self.count))]
            yield b"".join(_packed("ZADD", name, str(ms_of(entry)), str(entry)) for name in names), len(names)


def _packed(*parts: str) -> bytes:
    lines = [f"*{len(parts)}", *(line for part in parts for line in (f"${len(part.encode())}", part))]
    return ("\r\n".join(lines) + "\r\n").encode()


def _drain(peer: socket.socket, answers: int) -> None:
    while answers > 0:
        chunk = peer.recv(65536)
        if not chunk or b"-" in chunk:
            raise RuntimeError(f"the server refused: {chunk[:80]!r}")
        answers -= chunk.count(b"\n")


def _raw_socket() -> socket.socket:
    parts = urlsplit(settings.REDIS_ROLES["timelines"])
    peer = socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), 5)
    if parts.password:
        peer.sendall(_packed("AUTH", unquote(parts.password)))
        _drain(peer, 1)
    return peer
