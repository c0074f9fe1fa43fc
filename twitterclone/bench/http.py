"""Requests over connections that stay open. What they cost is read from the servers, not from here."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection

from twitterclone.bench.measure import Meter


class WrongAnswer(RuntimeError):
    """What is measured does not do what it should."""


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor for one request."""

    app: float
    valkey: float
    postgres: float

    @property
    def total(self) -> float:
        return self.app + self.valkey + self.postgres


class Visitors:
    """Some connections to one server, each with one request under way at a time."""

    def __init__(self, port: int, count: int = 4) -> None:
        self._connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(count)]

    def send(self, requests: Sequence[Request], count: int) -> list[float]:
        """Sends `count` requests, the given ones in turn; returns how long each took."""
        taken: list[float] = []
        for connection in self._connections:
            connection.close()  # it may have rested so long that the server has closed it: opened anew by use
        for first in range(0, count, len(self._connections)):
            pairs = [
                (connection, requests[(first + place) % len(requests)])
                for place, connection in enumerate(self._connections[: count - first])
            ]
            begun = time.perf_counter()
            for connection, request in pairs:
                connection.request(request.method, request.path, request.body or None, request.headers)
            for connection, request in pairs:
                answer = connection.getresponse()
                text = answer.read()
                taken.append(time.perf_counter() - begun)
                if answer.status != request.status:
                    raise WrongAnswer(f"{request.path}: {answer.status} {text[:200]!r}")
        return taken

    def read(self, request: Request) -> str:
        """The body of one answer."""
        connection = self._connections[0]
        connection.request(request.method, request.path, request.body or None, request.headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status != request.status:
            raise WrongAnswer(f"{request.path}: {answer.status} {text[:200]}")
        return text

    def cost(self, pids: Sequence[int], requests: Sequence[Request], count: int) -> Cost:
        """What each of `count` requests costs the servers."""
        meter = Meter(pids)
        self.send(requests, count)
        return Cost(*(seconds / count * 1e6 for seconds in meter.taken()))
