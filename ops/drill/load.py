"""Steady posts and reads by several clients over HTTP, and what became of them.

Each post has a key, which is its Idempotency-Key and stands in its text, and is sent again with the same key
until it is answered. What was answered is written to a file, so that the database can be held to it.
"""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import psycopg

from ops.drill.crew import Person
from ops.drill.registry import Outcome

TIMEOUT = 10.0  # seconds a client waits for an answer
AGAIN = 0.1  # seconds before the next try
LAST = 60.0  # seconds after the end in which what is under way may still be answered
HOME = "/api/v1/timelines/home"


@dataclass(frozen=True)
class Acknowledged:
    """A post that was answered with success."""

    id: int
    key: str
    at: float  # by the monotonic clock
    tries: int
    took: float = 0.0  # seconds of the try that was answered

    @property
    def asked(self) -> float:
        return self.at - self.took


@dataclass(frozen=True)
class Failure:
    """A request that was not answered, or not with success."""

    at: float
    what: str


@dataclass
class Found:
    """What the database holds of what was acknowledged."""

    lost: list[int] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unasked: int = 0  # posts that are there though their answer never came


class Client:
    """One connection to one of some doors, another after a failure; a person's token or cookie with it."""

    def __init__(self, doors: Sequence[str], first: int = 0) -> None:
        self._doors = itertools.islice(itertools.cycle(doors), first % len(doors), None)
        self._peer: http.client.HTTPConnection | None = None

    def send(
        self,
        method: str,
        path: str,
        person: Person | None = None,
        *,
        page: bool = False,
        key: str = "",
        **fields: str,
    ) -> tuple[int, bytes]:
        """Status and body; status 0 and the reason when there was no answer."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        if person:
            headers |= {"Cookie": person.cookie} if page else {"Authorization": f"Bearer {person.token}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            if self._peer is None:
                self._peer = http.client.HTTPConnection(urlsplit(next(self._doors)).netloc, timeout=TIMEOUT)
            self._peer.request(method, path, urlencode(fields) or None, headers)
            answer = self._peer.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return 0, repr(error).encode()

    def close(self) -> None:
        if self._peer:
            self._peer.close()
        self._peer = None


class Load:
    """To be entered; leaving it stops the clients, once all that is under way was answered.

    `doors` are the URLs of web processes; `posts` and `reads` are per second, over all clients.
    """

    def __init__(
        self,
        doors: Sequence[str],
        authors: Sequence[Person],
        kept: Path,
        *,
        posts: float = 20,
        posters: int = 4,
        readers: Sequence[Person] = (),
        reads: float = 20,
        read: Callable[[Client, Person], tuple[int, bytes]] | None = None,
    ) -> None:
        self._doors, self.authors, self._readers = list(doors), list(authors), list(readers)
        self._read = read or (lambda client, person: client.send("GET", HOME, person))
        self._kept, self._lock, self._end = kept, threading.Lock(), threading.Event()
        self._broken: list[BaseException] = []
        self._last = LAST
        self.acknowledged: list[Acknowledged] = []
        self.failures: list[Failure] = []  # of posts: each was tried again
        self.read_failures: list[Failure] = []
        self.reads_done = 0
        self.unanswered: list[str] = []  # keys of posts that were given up at the end
        post_pace, read_pace = posters / posts if posts else 0, len(self._readers) / reads
        self._threads = [
            *(self._thread(self._post, number, post_pace) for number in range(posters if posts else 0)),
            *(self._thread(self._look, number, read_pace) for number in range(len(self._readers))),
        ]

    def __enter__(self) -> Self:
        self.begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is not None:  # the drill is over: nobody waits for answers
            self._last = 0.0
        self.stop()

    def stop(self) -> None:
        """Returns when every client has come to its end."""
        self._end.set()
        for thread in self._threads:
            thread.join()
        if self._broken:
            raise self._broken[0]

    def longest_gap(self) -> float:
        """The longest time in which nothing was acknowledged."""
        times = [self.begun, *sorted(one.at for one in self.acknowledged)]
        return max((late - early for early, late in itertools.pairwise(times)), default=0.0)

    def compare(self, database: str) -> Found:
        """Holds a database to what was acknowledged."""
        with psycopg.connect(database, connect_timeout=5) as connection:
            rows = connection.execute(
                "SELECT id, content FROM tweets WHERE content LIKE 'drill %' AND deleted_at IS NULL"
            ).fetchall()
        return judged(self.acknowledged, {int(row[0]): row[1].split()[1] for row in rows})

    def outcome(self, database: str, *, seconds: float = 0.0, note: str = "", **figures: Any) -> Outcome:
        """The drill's row: what the database has of what was acknowledged, and the figures beside it."""
        found = self.compare(database)
        own = {"longest gap s": round(self.longest_gap(), 2), "tries again": len(self.failures)}
        own |= {"unanswered but there": found.unasked} if found.unasked else {}
        return Outcome(
            acknowledged=len(self.acknowledged),
            lost=len(found.lost),
            doubled=len(found.doubled),
            seconds=seconds,
            passed=bool(self.acknowledged),
            note=note,
            figures=own | figures,
        )

    def _thread(self, work: Callable[[Client, int], object], number: int, pace: float) -> threading.Thread:
        return threading.Thread(target=self._run, args=(work, number, pace), daemon=True)

    def _run(self, work: Callable[[Client, int], object], number: int, pace: float) -> None:
        """Does the work again and again, so often, until the end."""
        client, due = Client(self._doors, number), time.monotonic()
        try:
            while not self._end.wait(max(due - time.monotonic(), 0)):
                work(client, number)
                due = max(due + pace, time.monotonic())  # what was late is not made up for
        except BaseException as error:  # told by `stop`
            self._broken.append(error)
        finally:
            client.close()

    def _post(self, client: Client, number: int) -> None:
        with self._lock:
            serial = len(self.acknowledged) + len(self.unanswered)
        key = f"{self._kept.stem}-{number}-{serial}-{time.monotonic_ns()}"
        author = self.authors[number % len(self.authors)]
        given_up = None
        for tries in itertools.count(1):
            begun = time.monotonic()
            status, body = client.send("POST", "/api/v1/statuses", author, key=key, status=f"drill {key}")
            if status == 200:
                now = time.monotonic()
                return self._note(Acknowledged(int(json.loads(body)["id"]), key, now, tries, now - begun))
            if 400 <= status < 500 and status != 429:
                raise RuntimeError(f"a post was refused: {status} {body[:300]!r}")
            self.failures.append(Failure(time.monotonic(), f"{status} {body[:200]!r}"))
            if self._end.is_set():
                given_up = given_up or time.monotonic() + self._last
                if time.monotonic() > given_up:
                    self.unanswered.append(key)
                    return None
            time.sleep(AGAIN)
        return None

    def _note(self, post: Acknowledged) -> None:
        with self._lock:
            self.acknowledged.append(post)
            with self._kept.open("a") as file:
                file.write(f"{post.id} {post.key} {post.at:.3f} {post.tries}\n")

    def _look(self, client: Client, number: int) -> None:
        status, body = self._read(client, self._readers[number])
        with self._lock:
            self.reads_done += 1
            if status != 200:
                self.read_failures.append(Failure(time.monotonic(), f"{status} {body[:200]!r}"))
        if status != 200:
            time.sleep(AGAIN)


def judged(acknowledged: Sequence[Acknowledged], rows: dict[int, str]) -> Found:
    """What of the acknowledged is lost or doubled, where `rows` are the keys by id that a database holds."""
    ids: dict[str, list[int]] = {}
    for identifier, key in rows.items():
        ids.setdefault(key, []).append(identifier)
    known = {one.key for one in acknowledged}
    return Found(
        lost=[one.id for one in acknowledged if rows.get(one.id) != one.key],
        doubled=[key for key, found in ids.items() if len(found) > 1],
        unasked=len(ids.keys() - known),
    )


def home_of(client: Client, person: Person) -> Iterator[int]:
    """The ids of somebody's whole home timeline, newest first, as the API gives them page by page."""
    below = ""
    while True:
        status, body = client.send("GET", f"{HOME}?limit=40{below}", person)
        if status != 200:
            raise ConnectionError(f"home was not read: {status} {body[:200]!r}")
        page = [int(found["id"]) for found in json.loads(body)]
        yield from page
        if not page:
            return
        below = f"&max_id={page[-1]}"


class Homes:
    """Whether what was posted has reached everybody's home timeline, once."""

    def __init__(self, doors: Sequence[str], people: Sequence[Person], wanted: Sequence[int]) -> None:
        self._client = Client(doors)
        self._wanted = set(wanted)
        self._short = list(people)
        self.missing, self.doubled, self.why = len(self._wanted) * len(self._short), 0, ""

    def are_full(self) -> bool:
        """Looks again at those that lacked something."""
        short, missing = [], 0
        try:
            for person in self._short:
                found = list(home_of(self._client, person))
                self.doubled += len(found) - len(set(found))
                lacks = len(self._wanted.difference(found))
                missing += lacks
                short += [person] * bool(lacks)
        except ConnectionError as error:
            self.why = str(error)
            return False
        self._short, self.missing = short, missing
        self.why = f"{missing} entries are missing in {len(short)} homes"
        return not short
