"""Worker and Valkey are killed while a tweet is on its way to 2,000 people: nothing is lost or doubled.

Real processes throughout: a Valkey with its log of writes, a Celery worker, beat. Each of the ten moments
is drawn from a seed: the worker is frozen once so many have the tweet, that is asserted, and then either
side dies. Afterwards every home timeline and every notification must be what SQL says.
"""

import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from redis.exceptions import RedisError

from accounts.models import User
from social.models import Follow
from social.services import follow_user, unfollow_user
from tweets.models import Like, Mention, Retweet, Tweet
from tweets.services.engagement import like_tweet, retweet, undo_retweet, unlike_tweet
from tweets.services.posting import delete_tweet, post_tweet
from tweets.timelines import reader, store
from twitterclone.celery import app
from twitterclone.lib import outbox
from twitterclone.lib.ids import next_id
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.redis import client
from twitterclone.tests.site import Site
from twitterclone.tests.valkey import OwnValkey, own_server

pytestmark = [pytest.mark.flow, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FOLLOWERS = 2000
OTHERS = 30
MOMENTS = 10
SEED = 20_261_123
PATIENCE = 30


class Hands(Site):
    """Worker and beat, apart from each other as on a real site, on a Valkey that may die."""

    def __init__(self, folder: Path, valkey: OwnValkey) -> None:
        super().__init__(folder)
        self.valkey = valkey

    @property
    def environment(self) -> dict[str, str]:
        # small batches make the way long enough to be interrupted anywhere
        return {**super().environment, "REDIS_URL": self.valkey.url, "FANOUT_BATCH": "20"}

    def start(self) -> None:
        self.start_worker()
        arguments = ["celery", "-A", "twitterclone", "beat", "-l", "warning", "--pidfile="]
        self._spawn("beat", [*arguments, "-s", str(self.folder / "schedule")])

    def start_worker(self) -> None:
        arguments = ["celery", "-A", "twitterclone", "worker", "-Q", "outbox,fanout,fanout-big,default,mail"]
        arguments += ["-c", "2", "-l", "warning", "--without-gossip", "--without-mingle"]
        self._spawn("worker", arguments)


@pytest.fixture
def valkey(tmp_path: Path, settings: Any) -> Iterator[OwnValkey]:
    with own_server(tmp_path, settings, keeps_log=True) as server:
        yield server


@pytest.fixture
def hands(valkey: OwnValkey, tmp_path: Path) -> Iterator[Hands]:
    running = Hands(tmp_path, valkey)
    running.start()
    yield running
    running.stop()
    sys.stdout.write(running.log("worker") + running.log("beat"))  # shown when the test failed


@pytest.fixture
def waking(valkey: OwnValkey, settings: Any) -> Iterator[None]:
    """Posting sends its wake-up to the real broker."""
    changed = {"broker_url": valkey.url, "task_always_eager": False}
    before = {name: app.conf[name] for name in changed}  # before the next line, which Celery reads too
    settings.CELERY_TASK_ALWAYS_EAGER = False
    app.conf.update(changed)
    app._after_fork()  # forgets the connections to the other broker
    yield
    app.conf.update(before)
    app._after_fork()


@dataclass(frozen=True)
class Crowd:
    """An author, 2,000 followers who only listen, and others who follow and do things."""

    author: User
    fans: list[User]
    others: list[User]

    @property
    def everybody(self) -> list[User]:
        return [self.author, *self.fans, *self.others]


@pytest.fixture
def crowd(waking: None) -> Crowd:
    """Each of them has an (empty) home timeline in Redis."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox")
    names = ["author", *(f"fan_{n}" for n in range(FOLLOWERS)), *(f"other_{n}" for n in range(OTHERS))]
    people = [
        User(id=next_id(), username=name, username_cased=name, email=f"{name}@example.com", display_name=name)
        for name in names
    ]
    author, *followers = User.objects.bulk_create(people)
    Follow.objects.bulk_create([Follow(follower=user, following=author) for user in followers])
    for person in people:
        token = store.begin(person.pk)
        assert token is not None
        assert store.finish(person.pk, token, [], 0)
    return Crowd(author, followers[:FOLLOWERS], followers[FOLLOWERS:])


def delivered(tweet_id: int, people: list[User]) -> int:
    return store.reached([person.pk for person in people], tweet_id)


def has_reached(tweet_id: int, people: list[User], wanted: int) -> bool:
    return delivered(tweet_id, people) >= wanted


@contextmanager
def frozen(hands: Hands) -> Iterator[None]:
    """The worker stands still, wherever it is."""
    process = hands.processes["worker"]
    hands.signal("worker", signal.SIGSTOP)
    yield
    if hands.processes.get("worker") is process:
        hands.signal("worker", signal.SIGCONT)


def until(condition: Callable[[], bool], what: str, pause: float = 0.05) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except RedisError:
            pass
        time.sleep(pause)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


def is_quiet(valkey: OwnValkey) -> bool:
    """Every event is handled, those repeated after the last restart too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT timelines_run_id FROM outbox_state")
        run_id = cursor.fetchone()[0]
    return run_id == client("timelines").info("server")["run_id"] and outbox.open_count() == 0


def interrupt(hands: Hands, valkey: OwnValkey, crowd: Crowd, victim: str, chance: random.Random) -> int:
    """Posts and kills the victim when so many followers have the tweet; how many had it then."""
    wanted = chance.randint(1, FOLLOWERS * 9 // 10)
    for _try in range(10):
        named = " ".join(f"@{fan.username}" for fan in chance.sample(crowd.fans, 3))
        tweet = post_tweet(author=crowd.author, text=f"Hello {named}")
        until(partial(has_reached, tweet.pk, crowd.fans, wanted), f"{wanted} deliveries", pause=0)
        with frozen(hands):
            reached = delivered(tweet.pk, crowd.fans)
            if 0 < reached < FOLLOWERS:
                (kill_worker if victim == "worker" else kill_valkey)(hands, valkey, crowd, chance)
                return reached
    raise AssertionError("the tweet was everywhere each time before it could be interrupted")


def kill_worker(hands: Hands, valkey: OwnValkey, crowd: Crowd, chance: random.Random) -> None:
    hands.end("worker")
    meanwhile(crowd, chance)
    hands.start_worker()


def kill_valkey(hands: Hands, valkey: OwnValkey, crowd: Crowd, chance: random.Random) -> None:
    valkey.kill()
    hands.signal("worker", signal.SIGCONT)
    meanwhile(crowd, chance)
    valkey.start()


def meanwhile(crowd: Crowd, chance: random.Random) -> None:
    """What people do while half of the site is down: all of it is answered, none of it forgotten."""
    author = crowd.author
    one, two, three = chance.sample(crowd.others, 3)
    tweet = post_tweet(author=one, text=f"Is it just me, @{author.username}?")
    post_tweet(author=author, text="No", reply_to=tweet)
    gone = post_tweet(author=author, text=f"Oops @{two.username}")
    for user in (two, three):
        like_tweet(user=user, tweet=tweet)
        retweet(user=user, tweet=tweet)
    unlike_tweet(user=three, tweet=tweet)
    undo_retweet(user=three, tweet=tweet)
    delete_tweet(actor=author, tweet=gone)
    follow_user(follower=one, following=two)
    unfollow_user(follower=three, following=author)


def test_nothing_is_lost_or_doubled_when_worker_and_valkey_are_killed(
    valkey: OwnValkey, hands: Hands, crowd: Crowd, settings: Any
) -> None:
    settings.RATE_LIMITS = False
    chance = random.Random(SEED)
    until(lambda: is_quiet(valkey), "a first sweep")
    reached = []
    for moment in range(MOMENTS):
        victim = "worker" if moment % 2 else "valkey"
        reached.append(interrupt(hands, valkey, crowd, victim, chance))
        meanwhile(crowd, chance)
        until(lambda: is_quiet(valkey), f"convergence after moment {moment}")
    assert len(reached) == MOMENTS
    assert all(0 < count < FOLLOWERS for count in reached)

    assert_timelines_equal_sql(crowd)
    assert_notifications_equal_sql()
    assert outbox.parked_count() == 0


def assert_timelines_equal_sql(crowd: Crowd) -> None:
    """As readers get them; those of the 2,000 are still the ones that were pushed to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT viewer_id, array_agg(id ORDER BY created_at DESC, id DESC)"
            " FROM timeline GROUP BY viewer_id"
        )
        truth = dict(cursor.fetchall())
    assert all(store.page(fan.pk, Cursor(limit=1)) for fan in crowd.fans)
    read = {person.pk: reader.home_ids(person.pk, Cursor(limit=700)) for person in crowd.everybody}
    wrong = {pk: (ids, truth.get(pk, [])) for pk, ids in read.items() if ids != truth.get(pk, [])}
    assert wrong == {}


def assert_notifications_equal_sql() -> None:
    """One fact each for what is so, none for what was taken back, and lines that add up."""
    visible = Tweet.objects.filter(deleted_at=None)
    expected: Counter[tuple] = Counter()
    for tweet in visible.exclude(in_reply_to=None):
        expected[tweet.in_reply_to_user_id, "reply", tweet.author_id, tweet.pk] += 1
    replied = {(person, tweet) for person, _, _, tweet in expected}
    for mention in Mention.objects.select_related("tweet").filter(tweet__in=visible):
        if (mention.user_id, mention.tweet_id) not in replied:
            expected[mention.user_id, "mention", mention.tweet.author_id, mention.tweet_id] += 1
    for kind, rows in (("like", Like.objects), ("retweet", Retweet.objects)):
        for row in rows.select_related("tweet"):
            expected[row.tweet.author_id, kind, row.user_id, row.tweet_id] += 1
    for follow in Follow.objects.exclude(following__username="author"):
        expected[follow.following_id, "follow", follow.follower_id, None] += 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, type, actor_id, tweet_id FROM notification_events")
        assert Counter(cursor.fetchall()) == Counter(
            {fact: n for fact, n in expected.items() if fact[0] != fact[2]}
        )
        cursor.execute(
            "SELECT n.id, n.actors_count, count(e.id) FROM notifications n"
            " FULL JOIN notification_events e ON e.notification_id = n.id GROUP BY n.id, n.actors_count"
        )
        assert [row for row in cursor.fetchall() if row[0] is None or row[1] != row[2]] == []
