"""Many events at once bring timelines to what each event alone would have."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from social.models import Follow
from tweets.models import Audience, Tweet
from tweets.queries.timelines import follower_batches
from tweets.tests.timelines.world import delete, post, truth, walk
from tweets.timelines import fanout, store, together
from tweets.timelines.pushes import Push
from twitterclone.lib import outbox
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db

Person = Callable[..., User]


def held(viewer: User) -> list[int] | None:
    page = store.page(viewer.pk, Cursor(limit=100))
    return page and page.ids


@pytest.fixture
def crowd(alice: User, bob: User, charlie: User, person: Person) -> list[User]:
    """People with warm timelines who follow alice, charlie or both, alice and charlie with them."""
    both, third = person("both"), person("third")
    Follow.objects.bulk_create(
        Follow(follower=follower, following=following)
        for follower, following in ((both, alice), (both, charlie), (third, charlie), (alice, charlie))
    )
    for user, number in ((alice, 2), (charlie, 3)):
        User.objects.filter(pk=user.pk).update(followers_count=number)
    people = [alice, bob, charlie, both, third]
    for user in people:
        walk(user)
    return people


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tweets that were settled by themselves."""
    settled: list[int] = []
    real = fanout.settle

    def settle(tweet_id: int, *rest: object) -> None:
        settled.append(tweet_id)
        real(tweet_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(fanout, "settle", settle)
    return settled


def test_mixed_events_give_what_sql_says_when_handled_at_once(
    alice: User, bob: User, charlie: User, crowd: list[User], alone: list[int], settings: object
) -> None:
    settings.BIG_AUTHOR_FOLLOWERS = 1000
    old = post(charlie)
    plain, gone = post(alice, drain=False), post(alice, drain=False)
    for fields in (
        {"audience": Audience.MENTIONED},
        {"audience": Audience.FOLLOWERS},
        {"retweet_of": Tweet.objects.get(pk=old)},
        {"in_reply_to": Tweet.objects.get(pk=old)},
        {"in_reply_to": Tweet.objects.get(pk=plain)},
    ):
        post(alice, drain=False, **fields)
    post(charlie, drain=False)
    delete(gone, drain=False)
    delete(old, drain=False)
    User.objects.filter(pk=bob.pk).update(followers_count=1000)
    big = post(bob, drain=False)
    alone.clear()
    outbox.drain()
    assert outbox.open_count() == 0
    assert alone == [big]
    assert [held(user) for user in crowd] == [truth(user) for user in crowd]
    assert len({tuple(truth(user)) for user in crowd}) == 4


def test_others_are_handled_when_one_of_many_fails(
    alice: User, charlie: User, crowd: list[User], alone: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tweets = [post(author, drain=False) for author in (alice, charlie, alice)]
    bad = tweets[1]
    push_all = store.push_all

    def fail(pushes: list[Push], seen: int) -> set[int]:
        if any(push.tweet_id == bad for push in pushes):
            raise ZeroDivisionError
        return push_all(pushes, seen)

    with monkeypatch.context() as patch:
        patch.setattr(store, "push_all", fail)
        outbox.drain()
    assert alone == tweets
    assert outbox.open_count() == 1
    assert [held(user) for user in crowd] == [[pk for pk in truth(user) if pk != bad] for user in crowd]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET available_at = now()")
    outbox.drain()
    assert [held(user) for user in crowd] == [truth(user) for user in crowd]


def test_tweet_deleted_between_push_and_the_last_look_is_settled_alone(
    alice: User, crowd: list[User], alone: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = post(alice, drain=False), post(alice, drain=False)
    push_all = store.push_all

    def push_and_delete(pushes: list[Push], seen: int) -> set[int]:
        monkeypatch.setattr(store, "push_all", push_all)
        marked = push_all(pushes, seen)
        Tweet.objects.filter(pk=gone).update(deleted_at=timezone.now())
        return marked

    monkeypatch.setattr(store, "push_all", push_and_delete)
    outbox.drain()
    assert alone == [gone]
    assert [held(user) for user in crowd] == [truth(user) for user in crowd]
    assert held(crowd[1]) == [kept]


def test_more_followers_than_were_counted_are_served_one_step_after_the_other(
    alice: User, bob: User, person: Person, alone: list[int], settings: object
) -> None:
    settings.FANOUT_BATCH = 2
    fans = [bob, *(person(f"fan{n}") for n in range(2))]
    Follow.objects.bulk_create(Follow(follower=fan, following=alice) for fan in fans[1:])
    for fan in fans:
        walk(fan)
    tweets = [post(alice, drain=False), post(alice, drain=False)]
    outbox.drain()
    assert alone == tweets
    assert [held(fan) for fan in fans] == [tweets[::-1]] * 3


def test_each_hears_of_each_tweet_once_it_is_there(
    alice: User, charlie: User, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, list[int]] = {}

    def tell(messages: list[tuple[list[int], dict]]) -> None:
        for users, event in messages:
            told[event["type"] + " " + event["id"]] = sorted(users)
            shown = [int(event["id"]) in (store.newest(user), *(held_of(user))) for user in users]
            assert shown == [event["type"] == "timeline.new"] * len(users)

    def held_of(user_id: int) -> list[int]:
        page = store.page(user_id, Cursor(limit=100))
        return page.ids if page else []

    gone = post(alice)
    monkeypatch.setattr(together, "tell_users_all", tell)
    first, second = post(alice, drain=False), post(charlie, drain=False)
    delete(gone, drain=False)
    outbox.drain()
    _, bob, _, both, third = crowd
    of_alice, of_charlie = (
        sorted([alice.pk, bob.pk, both.pk]),
        sorted([charlie.pk, both.pk, third.pk, alice.pk]),
    )
    assert told == {
        f"timeline.new {first}": of_alice,
        f"timeline.new {second}": of_charlie,
        f"timeline.gone {gone}": of_alice,
    }


def test_mark_of_a_big_author_goes_when_clearly_fewer_follow(
    alice: User, crowd: list[User], settings: object
) -> None:
    settings.BIG_AUTHOR_FOLLOWERS = 1000
    store.mark_big(alice.pk)
    post(alice, drain=False)
    post(alice, drain=False)
    outbox.drain()
    assert not store.is_marked_big(alice.pk)
    assert held(crowd[1]) is None  # built anew, with what was not pushed
    assert [walk(user) for user in crowd] == [truth(user) for user in crowd]
    assert list(follower_batches(alice.pk, 10))


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("buckets", [1, 3])
def test_statements_do_not_depend_on_how_many_tweets_wait(
    alice: User, charlie: User, crowd: list[User], settings: object, count: int, buckets: int
) -> None:
    settings.TIMELINE_BUCKETS = buckets
    for user in crowd:
        walk(user)
    for number in range(count):
        post((alice, charlie)[number % 2], drain=False)
    with CaptureQueriesContext(connection) as captured:
        outbox.drain()
    assert [held(user) for user in crowd] == [truth(user) for user in crowd]
    # two claims, the second in vain; locking, states, recipients, states again, who is notified, done; and
    # savepoints around the whole and both consumers
    assert len(captured) == 14
