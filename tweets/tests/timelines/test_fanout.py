"""A tweet reaches exactly the home timelines it belongs into, whatever happens at the same time."""

import json
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from social.models import Follow
from tweets.models import Audience, Tweet
from tweets.queries import timelines as queries
from tweets.tests.timelines.world import delete, follow, post, truth, unfollow, walk
from tweets.timelines import fanout, store
from twitterclone.lib import outbox
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db


def held(viewer: User) -> list[int] | None:
    page = store.page(viewer.pk, Cursor(limit=100))
    return page and page.ids


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], dict]]:
    """The ticks sent, in order."""
    ticks: list[tuple[list[int], dict]] = []
    monkeypatch.setattr(fanout, "tell_users", lambda ids, event: ticks.append((list(ids), event)))
    return ticks


def during_push(monkeypatch: pytest.MonkeyPatch, action: object) -> None:
    """Does something once, after the recipients were read and before they are pushed to."""
    real = store.push

    def push(user_ids: list[int], *what: int) -> bool:
        if len(user_ids) > 1:
            monkeypatch.undo()
            action()
        return real(user_ids, *what)

    monkeypatch.setattr(store, "push", push)


@pytest.fixture
def crowd(alice: User, bob: User, person: object) -> list[User]:
    """Five followers of alice with warm timelines, bob the first."""
    people = [bob, *(person(f"fan{n}") for n in range(4))]
    Follow.objects.bulk_create([Follow(follower=user, following=alice) for user in people[1:]])
    for user in [alice, *people]:
        walk(user)
    return people


def test_tweet_is_in_every_followers_timeline_when_posted(
    alice: User, charlie: User, crowd: list[User]
) -> None:
    walk(charlie)
    tweet = post(alice)
    assert [held(user) for user in [alice, *crowd]] == [[tweet]] * 6
    assert held(charlie) == []


def test_author_is_served_first_when_there_are_many_batches(
    alice: User, crowd: list[User], settings: object, told: list
) -> None:
    settings.FANOUT_BATCH = 2
    tweet = post(alice)
    event = {"type": "timeline.new", "id": str(tweet)}
    assert [tick for _, tick in told] == [event] * 3
    assert [len(ids) for ids, _ in told] == [3, 2, 1]
    assert [pk for ids, _ in told for pk in ids] == [alice.pk, *sorted(user.pk for user in crowd)]


def test_inactive_follower_is_left_out_when_unseen_for_long(
    alice: User, bob: User, told: list, settings: object
) -> None:
    long_ago = timezone.now() - timedelta(days=settings.ACTIVE_DAYS + 1)
    User.objects.filter(pk=bob.pk).update(last_active_at=long_ago)
    tweet = post(alice)
    assert [ids for ids, _ in told] == [[alice.pk]]
    assert walk(bob) == [tweet]


def test_timeline_expires_before_its_owner_counts_as_inactive(settings: object) -> None:
    assert settings.TIMELINE_TTL <= (settings.ACTIVE_DAYS - 1) * 24 * 60 * 60


def test_deleted_tweet_leaves_every_timeline_when_taken_back(
    alice: User, crowd: list[User], told: list
) -> None:
    kept, gone = post(alice), post(alice)
    delete(gone)
    assert [held(user) for user in [alice, *crowd]] == [[kept]] * 6
    assert told[-1][1] == {"type": "timeline.gone", "id": str(gone)}


def test_order_of_events_does_not_matter_when_a_tweet_is_deleted_at_once(
    alice: User, crowd: list[User]
) -> None:
    tweet = post(alice, drain=False)
    delete(tweet, drain=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET available_at = now() - make_interval(secs => id)")
    outbox.drain()
    assert [held(user) for user in crowd] == [[]] * 5


def test_tweet_is_gone_when_deleted_between_reading_and_pushing(
    alice: User, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    tweet = post(alice, drain=False)
    during_push(monkeypatch, lambda: Tweet.objects.filter(pk=tweet).update(deleted_at=timezone.now()))
    outbox.drain()
    assert [held(user) for user in crowd] == [[]] * 5


def test_retweet_is_gone_when_its_row_vanishes_between_reading_and_pushing(
    alice: User, charlie: User, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Tweet.objects.get(pk=post(charlie))
    retweet = post(alice, retweet_of=original, drain=False)
    during_push(monkeypatch, lambda: Tweet.objects.filter(pk=retweet).delete())
    outbox.drain()
    assert [held(user) for user in crowd] == [[]] * 5


def test_event_of_a_vanished_row_cleans_up_when_its_author_is_named(alice: User, crowd: list[User]) -> None:
    tweet = post(alice)
    Tweet.objects.filter(pk=tweet).delete()
    fanout.settle(tweet)
    assert held(crowd[0]) == [tweet]
    fanout.settle(tweet, alice.pk)
    assert held(crowd[0]) == []


def test_push_misses_who_unfollowed_when_their_timeline_was_built_again(
    alice: User, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver = crowd[2]

    def leave() -> None:
        Follow.objects.filter(follower=leaver).delete()
        store.drop([leaver.pk])
        walk(leaver)

    tweet = post(alice, drain=False)
    during_push(monkeypatch, leave)
    outbox.drain()
    assert held(leaver) == [] == truth(leaver)
    assert held(crowd[0]) == [tweet]


def test_recipients_are_those_of_the_view_when_audience_and_replies_differ(
    alice: User, bob: User, charlie: User, person: object
) -> None:
    dora = person("dora")
    follow(dora, alice)
    follow(dora, charlie)
    follow(charlie, alice)
    for user in (alice, bob, charlie, dora):
        walk(user)
    root = Tweet.objects.get(pk=post(charlie))
    for fields in (
        {"audience": Audience.FOLLOWERS},
        {"audience": Audience.MENTIONED},
        {"in_reply_to": root},
        {"in_reply_to": root, "audience": Audience.MENTIONED},
        {"retweet_of": root},
        {"quote_of": root},
    ):
        own = Tweet.objects.get(pk=post(alice, **fields))
        if not own.retweet_of_id:
            post(alice, in_reply_to=own)
    for user in (alice, bob, charlie, dora):
        assert held(user) == truth(user)
    assert len({tuple(truth(user)) for user in (alice, bob, charlie, dora)}) == 3


def test_each_recipient_is_found_once_when_the_batches_vary(alice: User, crowd: list[User]) -> None:
    tweet = post(alice)
    since = timezone.now() - timedelta(days=1)
    everybody = sorted(user.pk for user in crowd)
    for size in (1, 2, 5, 6):
        batches = list(queries.follower_batches(alice.pk, size))
        assert list(chain.from_iterable(batches)) == everybody
        assert all(len(batch) <= size for batch in batches)
        found = [queries.recipients(tweet, alice.pk, since, among=batch) for batch in batches]
        assert found == batches
    assert queries.recipients(tweet, alice.pk, since, limit=100) == everybody
    assert list(queries.follower_batches(alice.pk, 3, after=everybody[1])) == [everybody[2:]]


def bulk_rows() -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM outbox WHERE event = 'fanout.continued' ORDER BY id")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("counted", [0, 5])
@pytest.mark.parametrize("size", [1, 2])
def test_crowd_is_served_in_steps_when_it_is_large(
    alice: User, crowd: list[User], settings: object, told: list, size: int, counted: int
) -> None:
    settings.FANOUT_BATCH, settings.FANOUT_STEP = size, 2
    User.objects.filter(pk=alice.pk).update(followers_count=counted)
    tweet = post(alice)  # handles what is not bulk
    assert held(alice) == [tweet]
    at_once = [user for user in crowd if held(user) == [tweet]]
    assert len(at_once) == (0 if counted else 2)  # a crowd that is known leaves room for the others first
    served = [len(at_once)]
    while outbox.drain(1, bulk=True):
        served.append(sum(held(user) == [tweet] for user in crowd))
    assert served == ([0, 2, 4, 5] if counted else [2, 4, 5])
    assert [pk for ids, _ in told for pk in ids] == [alice.pk, *sorted(user.pk for user in crowd)]

    delete(tweet)
    while outbox.drain(1, bulk=True):
        pass
    assert [held(user) for user in [alice, *crowd]] == [[]] * 6


def test_steps_are_not_sent_for_twice_when_redis_lost_them(
    alice: User, crowd: list[User], settings: object
) -> None:
    settings.FANOUT_BATCH, settings.FANOUT_STEP = 1, 1
    post(alice)
    while outbox.drain(1, bulk=True):
        pass
    assert len(bulk_rows()) == 4
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET done_at = NULL, attempts = 0 WHERE event = 'fanout.continued'")
    while outbox.drain(1, bulk=True):
        pass
    assert len(bulk_rows()) == 4


def test_tweet_deleted_between_steps_is_in_no_timeline_when_all_is_done(
    alice: User, crowd: list[User], settings: object
) -> None:
    settings.FANOUT_BATCH, settings.FANOUT_STEP = 1, 1
    tweet = post(alice)
    outbox.drain(1, bulk=True)
    delete(tweet)
    while outbox.drain(1, bulk=True):
        pass
    assert [held(user) for user in [alice, *crowd]] == [[]] * 6
    assert outbox.open_count() == 0


def test_unfollowing_and_following_again_is_exact_when_tweets_come_between(alice: User, bob: User) -> None:
    post(alice)
    walk(bob)
    unfollow(bob, alice)
    post(alice)
    assert walk(bob) == [] == truth(bob)
    follow(bob, alice)
    post(alice)
    assert walk(bob) == truth(bob)
    assert len(truth(bob)) == 3


def test_author_sees_a_tweet_to_mentioned_people_when_nobody_else_does(
    alice: User, crowd: list[User]
) -> None:
    tweet = post(alice, audience=Audience.MENTIONED)
    assert held(alice) == [tweet]
    assert [held(user) for user in crowd] == [[]] * 5
