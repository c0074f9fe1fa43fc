"""A crowd's tweets hold up nobody else's: real workers, an author with 20,000 followers, 200 with ten."""

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from social.models import Follow
from tweets.models import Tweet
from tweets.services.posting import post_tweet
from tweets.timelines import store
from twitterclone.celery import app
from twitterclone.lib import outbox
from twitterclone.lib.ids import next_id
from twitterclone.tests.site import Site
from twitterclone.tests.valkey import OwnValkey

pytestmark = [pytest.mark.flow, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CROWD, AUTHORS, FEW = 20_000, 200, 10
TWEETS = 30  # of the crowd's author, all waiting before the first of the others' is posted
PATIENCE = 240


class Workers(Site):
    """Two workers, as on a site with two machines, and beat in one of them."""

    def __init__(self, folder: Path, valkey: OwnValkey) -> None:
        super().__init__(folder)
        self.valkey = valkey

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "REDIS_URL": self.valkey.url, "BIG_AUTHOR_FOLLOWERS": "1000000"}

    def start(self) -> None:
        self.start_worker()
        arguments = ["celery", "-A", "twitterclone", "worker", "-n", "second@%h", "-c", "1", "-l", "warning"]
        self._spawn("second", [*arguments, "-Q", "fanout,fanout-big"])


@pytest.fixture
def workers(own_valkey: OwnValkey, tmp_path: Path, settings: Any) -> Iterator[Workers]:
    changed = {"broker_url": own_valkey.url, "task_always_eager": False}
    before = {name: app.conf[name] for name in changed}  # before the next line, which Celery reads too
    settings.CELERY_TASK_ALWAYS_EAGER = False
    app.conf.update(changed)
    app._after_fork()
    running = Workers(tmp_path, own_valkey)
    running.start()
    yield running
    running.stop()
    app.conf.update(before)
    app._after_fork()
    sys.stdout.write(running.log("worker") + running.log("second"))


def people(name: str, count: int, followers: int = 0) -> list[User]:
    names = [f"{name}_{n}" for n in range(count)]
    users = [
        User(id=next_id(), username=n, username_cased=n, email=f"{n}@example.com", followers_count=followers)
        for n in names
    ]
    return User.objects.bulk_create(users)


def warm(users: list[User]) -> None:
    for start in range(0, len(users), 500):
        token, begun = store.begin_all([user.pk for user in users[start : start + 500]])
        store.finish_all(token, {pk: ([], 0) for pk in begun})


def has_reached(tweet: Tweet, fans: list[User]) -> bool:
    return store.reached([fan.pk for fan in fans], tweet.pk) == len(fans)


def wait_for(reached: Any, what: str) -> float:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)
    return time.monotonic()


def test_small_authors_are_served_at_once_when_a_crowd_is_being_served(
    workers: Workers, settings: Any
) -> None:
    settings.RATE_LIMITS = False
    fans = people("fan", CROWD)
    (star,) = people("star", 1, followers=CROWD)
    authors = people("author", AUTHORS, followers=FEW)
    Follow.objects.bulk_create([Follow(follower=fan, following=star) for fan in fans])
    few = {author: fans[n * FEW : (n + 1) * FEW] for n, author in enumerate(authors)}
    Follow.objects.bulk_create(
        [Follow(follower=fan, following=who) for who, own in few.items() for fan in own]
    )
    warm([*fans, star, *authors])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE follows, users")

    loud = [post_tweet(author=star, text=f"Hello all of you {n}") for n in range(TWEETS)]
    acks, waits = [], []
    for author, own in few.items():
        began = time.monotonic()
        tweet = post_tweet(author=author, text="Hello")
        acks.append(time.monotonic() - began)
        waits.append(wait_for(partial(has_reached, tweet, own), "a small author") - began)
    everybody = [fan.pk for fan in fans]
    left = sum(CROWD - store.reached(everybody, tweet.pk) for tweet in loud)
    sys.stdout.write(
        f"small authors: ack p50 {median(acks) * 1e3:.0f} ms, last follower p50 {median(waits) * 1e3:.0f} ms,"
        f" longest {max(waits) * 1e3:.0f} ms; the crowd still lacked {left:,} deliveries\n"
    )
    assert left > 0, "the crowd was served before the others were: nothing was shown"
    # without a queue of their own, the crowd's tweets would all be served before: some ten seconds
    assert median(waits) < 1
    assert sorted(waits)[AUTHORS * 95 // 100] < 3

    wait_for(lambda: outbox.open_count() == 0, "the crowd")
    assert [store.reached(everybody, tweet.pk) for tweet in loud] == [CROWD] * TWEETS


def test_ack_does_not_depend_on_followers_when_a_tweet_is_posted(settings: Any) -> None:
    """Only rows are written: the same statements for ten followers as for twenty thousand."""
    settings.RATE_LIMITS = False
    fans = people("fan", 300)
    few, many = *people("few", 1, followers=10), *people("many", 1, followers=300)
    Follow.objects.bulk_create([Follow(follower=fan, following=many) for fan in fans])
    Follow.objects.bulk_create([Follow(follower=fan, following=few) for fan in fans[:10]])
    counts = []
    outbox_wake, outbox._wake = outbox._wake, lambda: None
    try:
        for author in (few, many):
            post_tweet(author=author, text="First")
            connection.force_debug_cursor, before = True, len(connection.queries_log)
            post_tweet(author=author, text="Hello")
            counts.append(len(connection.queries_log) - before)
    finally:
        connection.force_debug_cursor, outbox._wake = False, outbox_wake
    assert counts[0] == counts[1]
    with transaction.atomic():
        assert Tweet.objects.filter(author=many).count() == 2
