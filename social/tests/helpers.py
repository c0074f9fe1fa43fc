"""What tests of the graph read back: the edges, the counters, the events."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.counters import roll_up_user_counters
from accounts.models import User
from social.models import Follow
from twitterclone.lib import outbox

Event = tuple[str, dict[str, Any]]


@contextmanager
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Event]]:
    """The events emitted meanwhile, also those that no consumer is registered for."""
    events: list[Event] = []
    real = outbox.emit

    def emit(event: str, **payload: Any) -> None:
        events.append((event, payload))
        real(event, **payload)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "emit", emit)
        yield events


def edges() -> set[tuple[int, int]]:
    return set(Follow.objects.values_list("follower_id", "following_id"))


def assert_counters_are_exact() -> None:
    """After the roll-up every user's figures equal what counting the rows says."""
    while roll_up_user_counters():
        pass
    following = Counter(follower for follower, _ in edges())
    followers = Counter(following for _, following in edges())
    stored = User.objects.values_list("id", "followers_count", "following_count")
    assert {row[0]: row[1:] for row in stored} == {
        row[0]: (followers[row[0]], following[row[0]]) for row in stored
    }


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Runs each in a thread with a connection of its own, started together; results or exceptions."""
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(index: int, action: Callable[[], object]) -> None:
        barrier.wait(timeout=10)
        try:
            results[index] = action()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(index, action)) for index, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
