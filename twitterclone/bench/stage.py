"""The world that is measured: a seeded one, and a cast beside it of whom everything is known."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from accounts.models import User
from accounts.sessions import SessionStore, open_record
from tweets.services.posting import post_tweet
from tweets.timelines import store
from twitterclone.bench.crew import Crew
from twitterclone.lib import outbox
from twitterclone.lib.ids import SHIFT
from twitterclone.lib.redis import client, key
from twitterclone.seeding.progress import Progress

PATIENCE = 120
CSRF = "b" * 32


@dataclass(frozen=True, slots=True)
class Size:
    """How large the world is, and how long is looked at each thing."""

    name: str
    users: int
    tweets: int
    crowd: int  # people beside the seeded ones, who follow the cast's authors
    entries: int  # of a full timeline
    crowd_entries: int  # of the timelines of the crowd's rest
    timelines: int  # full ones
    sockets: int
    rounds: int
    effort: int  # multiplies how often a thing is done in one round
    followers: tuple[int, ...]
    followees: tuple[int, ...]
    parts: tuple[float, ...] = (0.25, 0.25, 0.5)  # in which the world grows


FOLLOWERS = (10, 100, 500, 1000, 2000, 5000, 10_000, 20_000)
FOLLOWEES = (10, 100, 1000, 5000)
SIZES = {
    size.name: size
    for size in (
        Size("tiny", 60, 400, 120, 50, 20, 60, 20, 1, 1, (10, 30, 100), (10, 30, 50), (0.5, 0.5)),
        Size("small", 2000, 20_000, 20_000, 800, 200, 2000, 1000, 5, 20, FOLLOWERS, FOLLOWEES),
        Size("medium", 20_000, 500_000, 20_000, 800, 400, 2000, 1000, 5, 20, FOLLOWERS, FOLLOWEES),
        Size(
            "large",
            100_000,
            2_000_000,
            100_000,
            800,
            200,
            2000,
            1000,
            5,
            20,
            (*FOLLOWERS, 100_000),
            FOLLOWEES,
        ),
    )
}


class NotHandled(RuntimeError):
    """The workers did not come to the end of what they had to do."""


@dataclass
class Cast:
    """Who acts. The crowd's ids ascend, and an author with n followers has its first n."""

    crowd: list[int] = field(default_factory=list)
    authors: dict[int, User] = field(default_factory=dict)  # by how many followers
    ordinary: list[User] = field(
        default_factory=list
    )  # each with a hundred followers that no other of them has
    readers: dict[int, User] = field(default_factory=dict)  # by how many they follow

    def near(self, followers: int) -> User:
        """The author whose number of followers is the nearest to this."""
        return self.authors[min(self.authors, key=lambda number: abs(number - followers))]

    def followers_of(self, author: User) -> list[int]:
        return self.crowd[: author.followers_count]


@dataclass
class Sample:
    """What was seen when the world had so many users and tweets."""

    users: int
    tweets: int
    axis: str  # which of the two grew
    values: dict[str, float]


@dataclass
class Bench:
    """What a case works with."""

    size: Size
    crew: Crew
    folder: Path
    progress: Progress
    cast: Cast = field(default_factory=Cast)
    samples: list[Sample] = field(default_factory=list)
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    def post(self, author: User) -> int:
        """One more tweet of the author, by the site's own service; returns its id."""
        return post_tweet(author=author, text=f"Tweet {next(self.serial)} of a measurement").pk

    def wait_until_handled(self) -> None:
        """Returns when no event is open."""
        deadline = time.monotonic() + PATIENCE
        while outbox.open_count():
            if time.monotonic() > deadline:
                raise NotHandled(f"{outbox.open_count()} events are still open after {PATIENCE} s")
            time.sleep(0.002)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Events written meanwhile are thrown away at the end: what is measured is the writing."""
        yield
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM outbox WHERE done_at IS NULL")

    def warm(self, user_ids: Sequence[int], entries: int, newest_ms: int | None = None) -> None:
        """Fills these timelines with made-up entries, a minute apart, up to an hour ago."""
        ids = made_up(entries, newest_ms)
        for done, user_id in enumerate(user_ids, 1):
            store.drop([user_id])
            token = store.begin(user_id)
            # the floor is the oldest entry's: a full timeline has more below
            if token is None or not store.finish(user_id, token, ids[:-1], ids[-1] >> SHIFT):
                raise NotHandled(f"the timeline of {user_id} was not filled")
            self.progress.count(done, len(user_ids), "timelines")

    def sign_in(self, user: User) -> str:
        """The cookies of a new session."""
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        open_record(session, user, "127.0.0.1", "bench")
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def made_up(entries: int, newest_ms: int | None = None) -> list[int]:
    """So many ids and one, newest first."""
    newest = newest_ms or time.time_ns() // 1_000_000 - 3_600_000
    return [(newest - 60_000 * number) << SHIFT | 1023 << 6 for number in range(entries + 1)]


def forget_keys(*parts: str) -> None:
    """Deletes the keys below a name."""
    redis = client("timelines")
    names = list(redis.scan_iter(key(*parts, "*"), count=1000))
    for first in range(0, len(names), 1000):
        redis.unlink(*names[first : first + 1000])
