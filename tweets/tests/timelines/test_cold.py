"""A cold home is answered from SQL, to the entry as a warm one, and built behind the answer."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.models import Audience, Tweet
from tweets.partitions import make_months
from tweets.queries import newest, timelines
from tweets.tests.timelines.world import delete, follow, history, post, truth, unfollow, walk
from tweets.timelines import building, reader, rebuild, store
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


@pytest.fixture
def later(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds wait until the test says so."""
    settings.BUILD_BEHIND = True
    monkeypatch.setattr(building, "_behind", lambda: None)
    building._waiting.clear()


def looking_through(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """So many of the site's newest tweets are looked through before a window is opened."""
    monkeypatch.setattr(newest, "NEWEST", number)
    monkeypatch.setattr(newest, "_seen", {})


def is_cold(viewer: User) -> bool:
    return store.page(viewer.pk, Cursor()) is None


def held(viewer: User) -> list[int]:
    page = store.page(viewer.pk, Cursor(limit=2000))
    assert page
    return page.ids


def pages(viewer: User, limit: int) -> list[list[tuple[int, int]]]:
    """Entry and tweet of each card, page by page."""
    met, before = [], None
    while True:
        page = reader.home_page(viewer.pk, Cursor(before=before, limit=limit))
        met.append([(card.entry_id, card.id) for card in page.items])
        if page.next is None:
            return met
        before = page.next


@pytest.fixture
def town(alice: User, bob: User, charlie: User, person: Person, settings: Any) -> dict[str, User]:
    """Whom bob follows: one is too big to be pushed, one muted, one blocks him, one posts seldom."""
    now = timezone.now()
    make_months(now - timedelta(days=260), now)
    names = ("star", "muted", "blocked", "seldom")
    people = {name: person(name) for name in names} | {"alice": alice, "charlie": charlie}
    for name in names:
        follow(bob, people[name])
    follow(people["seldom"], alice)
    Mute.objects.create(muter=bob, muted=people["muted"])
    settings.BIG_AUTHOR_FOLLOWERS = 3
    User.objects.filter(pk=people["star"].pk).update(followers_count=3)
    original = Tweet.objects.get(pk=history(alice, 1, minutes_ago=60 * 24 * 40)[0])
    history(people["seldom"], 2, minutes_ago=60 * 24 * 250)
    history(alice, 15, minutes_ago=60 * 24 * 3)
    history(people["blocked"], 3, minutes_ago=90)
    stranger = Tweet.objects.get(pk=post(charlie))
    for number in range(6):
        for name in ("alice", "star", "muted"):
            post(people[name])
        post(people["seldom"], retweet_of=original if number % 2 else stranger)
        post(alice, in_reply_to=stranger)
        post(bob, audience=Audience.MENTIONED)
    post(people["star"], retweet_of=original)
    Block.objects.create(blocker=people["blocked"], blocked=bob)
    Follow.objects.filter(follower=bob, following=people["blocked"]).delete()
    store.drop([bob.pk])
    return people


@pytest.mark.parametrize(("number", "limit"), [(7, 3), (40, 20), (1000, 20)])
def test_cold_pages_are_the_warm_ones_to_the_entry(
    town: dict[str, User], bob: User, later: None, monkeypatch: pytest.MonkeyPatch, number: int, limit: int
) -> None:
    looking_through(monkeypatch, number)
    cold, met = pages(bob, limit), walk(bob, limit)
    assert is_cold(bob)
    assert met == truth(bob)
    building.build_waiting()
    assert not is_cold(bob)
    assert pages(bob, limit) == cold
    assert len({tweet for page in cold for _, tweet in page}) == sum(map(len, cold)) > 30


def test_page_goes_on_where_it_was_when_the_timeline_is_built_in_between(
    town: dict[str, User], bob: User, later: None
) -> None:
    whole = pages(bob, 4)
    first = reader.home_page(bob.pk, Cursor(limit=4))
    building.build_waiting()
    second = reader.home_page(bob.pk, Cursor(before=first.next, limit=4))
    assert [card.entry_id for card in [*first.items, *second.items]] == [pk for pk, _ in whole[0] + whole[1]]


def test_newest_tweets_of_the_site_answer_with_one_query(
    alice: User, bob: User, later: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    ids = history(alice, 25, minutes_ago=10) + history(alice, 5)
    looking_through(monkeypatch, 25)
    newest.reach()
    with django_assert_num_queries(1):
        assert reader.home_ids(bob.pk, Cursor()) == ids[:20]
    with django_assert_num_queries(2):  # the rest is older, and all within a day
        assert reader.home_ids(bob.pk, Cursor(limit=30)) == ids


@pytest.mark.parametrize(
    "change", ["post", "delete", "unfollow", "of a big author"], ids=lambda name: name.replace(" ", "-")
)
def test_what_happens_between_answer_and_build_is_in_the_timeline(
    alice: User, bob: User, later: None, settings: Any, change: str
) -> None:
    ids = history(alice, 5)
    assert walk(bob) == ids
    if change == "of a big author":
        settings.BIG_AUTHOR_FOLLOWERS = 1
        User.objects.filter(pk=alice.pk).update(followers_count=5)
    if change == "delete":
        delete(ids[0])
    elif change == "unfollow":
        unfollow(bob, alice)
    else:
        post(alice)
    building.build_waiting()
    assert walk(bob) == held(bob) == truth(bob) != ids


def test_many_that_wait_are_built_together(
    alice: User, bob: User, charlie: User, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(alice, 5)
    built: list[list[int]] = []
    real = rebuild.fill_all
    monkeypatch.setattr(rebuild, "fill_all", lambda people: built.append(sorted(people)) or real(people))
    for viewer in (alice, bob, charlie, bob, alice):
        walk(viewer)
    building.build_waiting()
    assert built == [sorted(user.pk for user in (alice, bob, charlie))]
    for viewer in (alice, bob, charlie):
        assert held(viewer) == truth(viewer)


@pytest.mark.django_db(transaction=True)
def test_thread_builds_behind_the_answer_and_readers_at_once_build_once(
    alice: User, bob: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BUILD_BEHIND = True
    ids, read, together = history(alice, 40), [], Barrier(2)
    real = timelines.timeline_ids
    monkeypatch.setattr(rebuild, "timeline_ids", lambda *what: read.append(what) or real(*what))

    def look() -> list[int]:
        together.wait()
        try:
            return reader.home_ids(bob.pk, Cursor())
        finally:
            rebuild.fill(bob.pk)  # as another process would
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(look) for _ in range(2)]
    assert [answer.result() for answer in answers] == [ids[:20]] * 2
    assert len(read) == 1
    assert held(bob) == ids

    store.drop([bob.pk])
    assert reader.home_ids(bob.pk, Cursor()) == ids[:20]
    deadline = time.monotonic() + 10
    while is_cold(bob) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held(bob) == ids
