"""Whatever people do and whichever process dies in between: every home timeline is what SQL says."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, assume, strategies
from hypothesis import settings as Effort  # noqa: N812 -- `settings` is Django's here
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from social.models import Block, Follow
from tweets.models import Audience, Tweet
from tweets.tests.timelines.world import delete, post, truth, unfollow, walk
from tweets.timelines import reader, store
from twitterclone.lib import outbox
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.redis import client, key

PEOPLE = 4
WHOLE = Cursor(limit=50)
people = strategies.integers(0, PEOPLE - 1)
pairs = strategies.permutations(range(PEOPLE)).map(lambda order: order[:2])
picks = strategies.integers(0, 10**6)


class Killed(BaseException):
    """A worker's end: nothing catches it."""


@contextmanager
def dying_at(step: int) -> Iterator[None]:
    """The worker ends just before or just after its nth word to Redis."""
    real, said = store._run, 0

    def run(*args: Any, **kwargs: Any) -> Any:
        nonlocal said
        said += 1
        if said > step:
            raise Killed
        answer = real(*args, **kwargs)
        if said == step and step % 2:
            raise Killed
        return answer

    store._run = run
    try:
        yield
    finally:
        store._run = real


def empty_redis() -> None:
    for name in client("timelines").scan_iter(key("home*")):
        client("timelines").delete(name)


class Timelines(RuleBasedStateMachine):
    """Events are handled late, in other orders, and sometimes only in part."""

    @initialize()
    def people_sign_up(self) -> None:
        self.example = transaction.atomic()
        self.example.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM outbox")
        empty_redis()
        self.users = [User.objects.create_user(f"user{n}", f"user{n}@example.com") for n in range(PEOPLE)]
        pairs_of_users = permutations(self.users, 2)
        Follow.objects.bulk_create([Follow(follower=one, following=two) for one, two in pairs_of_users])
        for user in self.users:
            walk(user)
            post(user)

    def some_tweet(self, pick: int) -> Tweet:
        tweets = list(Tweet.objects.filter(deleted_at=None, retweet_of=None).order_by("id"))
        assume(tweets)
        return tweets[pick % len(tweets)]

    @rule(author=people, audience=strategies.sampled_from(Audience))
    def tweet(self, author: int, audience: str) -> None:
        post(self.users[author], drain=False, audience=audience)

    @rule(author=people, pick=picks)
    def reply(self, author: int, pick: int) -> None:
        post(self.users[author], drain=False, in_reply_to=self.some_tweet(pick))

    @rule(author=people, pick=picks)
    def retweet(self, author: int, pick: int) -> None:
        post(self.users[author], drain=False, retweet_of=self.some_tweet(pick))

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        delete(self.some_tweet(pick).pk, drain=False)

    @rule(pair=pairs, retweets=strategies.booleans())
    def follow(self, pair: list[int], retweets: bool) -> None:
        follower, following = self.users[pair[0]], self.users[pair[1]]
        _, is_new = Follow.objects.get_or_create(
            follower=follower, following=following, defaults={"show_retweets": retweets}
        )
        if is_new:
            outbox.emit("user.followed", follower_id=follower.pk, following_id=following.pk)

    @rule(pair=pairs)
    def unfollow(self, pair: list[int]) -> None:
        unfollow(self.users[pair[0]], self.users[pair[1]], drain=False)

    @rule(pair=pairs)
    def block(self, pair: list[int]) -> None:
        one, two = self.users[pair[0]], self.users[pair[1]]
        Block.objects.get_or_create(blocker=one, blocked=two)
        Follow.objects.filter(follower=one, following=two).delete()
        Follow.objects.filter(follower=two, following=one).delete()
        outbox.emit("user.blocked", blocker_id=one.pk, blocked_id=two.pk)

    @rule(count=strategies.integers(0, 30), author=people)
    def counts_of_followers_change(self, count: int, author: int) -> None:
        User.objects.filter(pk=self.users[author].pk).update(followers_count=count)

    @rule(order=picks)
    def events_are_handled_in_some_order(self, order: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE outbox SET available_at = now() - make_interval(secs => (id * %s) %% 97)"
                " WHERE done_at IS NULL",
                [order],
            )
        outbox.drain(order % 4 + 1, bulk=order % 3 == 0)

    @rule(step=strategies.integers(1, 8))
    def worker_is_killed(self, step: int) -> None:
        """At its nth word to Redis. Its transaction ends as that of a broken connection does."""
        with dying_at(step), suppress(Killed):
            outbox.drain(3, bulk=step % 3 == 0)

    @rule(reader_number=people)
    def somebody_reads(self, reader_number: int) -> None:
        walk(self.users[reader_number], limit=3)

    @rule(whose=strategies.integers(0, 9))
    def redis_forgets(self, whose: int) -> None:
        """Somebody's timeline, now and then everything."""
        if whose == 9:
            empty_redis()
        else:
            store.drop([self.users[whose % PEOPLE].pk])

    @invariant()
    def timelines_equal_sql_when_all_is_handled(self) -> None:
        if outbox.open_count() == 0:
            self.check()

    def teardown(self) -> None:
        if not hasattr(self, "users"):
            return
        try:
            while outbox.open_count():
                self.hurry()
                outbox.drain()
                outbox.drain(bulk=True)
            self.check()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def check(self) -> None:
        for user in self.users:
            expected = truth(user)
            for limit in (2, 50):
                assert walk(user, limit) == expected
            assert {card.entry_id for card in reader.home_page(user.pk, WHOLE).items} <= set(expected)

    @staticmethod
    def hurry() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outbox SET available_at = now() WHERE done_at IS NULL")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("most", "buckets"), [(5, 1), (18, 3)])
def test_home_timelines_equal_sql_when_anything_happens(
    monkeypatch: pytest.MonkeyPatch, settings: Any, most: int, buckets: int
) -> None:
    # small, so that the cap, the chunks, the batches, the steps and the threshold are met all the time
    settings.TIMELINE_MAX, settings.FANOUT_BATCH, settings.FANOUT_STEP = most, 2, 2
    settings.BIG_AUTHOR_FOLLOWERS, settings.TIMELINE_BUCKETS = 20, buckets
    only = {
        event: {"timelines": names["timelines"]}
        for event, names in outbox.consumers().items()
        if "timelines" in names
    }
    monkeypatch.setattr(outbox, "_consumers", defaultdict(dict, only))
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    # not shrunk: each example takes a second, and the steps are printed
    effort = Effort(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=checks,
        phases=[Phase.generate],
        database=None,
        print_blob=True,
    )
    run_state_machine_as_test(Timelines, settings=effort)
