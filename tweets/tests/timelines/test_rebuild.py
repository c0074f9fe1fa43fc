"""A cold timeline is built from SQL, and nothing that happens meanwhile is lost or kept too long."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from tweets.management.commands import rebuild_timelines
from tweets.queries import newest, timelines
from tweets.queries.timelines import timeline_ids
from tweets.tests.timelines.world import delete, follow, history, post, truth, unfollow, walk
from tweets.timelines import rebuild, store
from twitterclone.lib.ids import SHIFT, ms_of, next_id
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db


def held(viewer: User) -> list[int] | None:
    page = store.page(viewer.pk, Cursor(limit=2000))
    return page and page.ids


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Does something just before or after a build reads SQL."""

    def arrange(when: str, action: Callable[[], object]) -> None:
        def read(viewer_id: int, cursor: Cursor) -> list[int]:
            monkeypatch.undo()
            if when == "before":
                action()
            ids = timeline_ids(viewer_id, cursor)
            if when == "after":
                action()
            return ids

        monkeypatch.setattr(rebuild, "timeline_ids", read)

    return arrange


@pytest.mark.parametrize("count", [0, 1, 799, 800, 801, 1000])
def test_build_holds_the_newest_800_when_there_are_more(alice: User, bob: User, count: int) -> None:
    ids = history(alice, count)
    assert rebuild.fill(bob.pk)

    page = store.page(bob.pk, Cursor(limit=2000))
    assert page is not None
    assert page.ids == ids[: settings.TIMELINE_MAX]
    assert (page.covered_from > 0) == (count > settings.TIMELINE_MAX)
    assert walk(bob, limit=97) == ids


def test_build_reads_every_window_when_tweets_are_far_apart(alice: User, bob: User) -> None:
    ids = history(alice, 5) + history(alice, 5, minutes_ago=60 * 24 * 3)
    assert timeline_ids(bob.pk, Cursor(limit=100)) == ids
    assert timeline_ids(bob.pk, Cursor(limit=7)) == ids[:7]
    assert timeline_ids(bob.pk, Cursor(before=ids[4], after=ids[8], limit=100)) == ids[5:8]


@pytest.mark.parametrize("when", ["before", "after"])
def test_tweet_is_kept_when_it_is_posted_during_a_build(
    alice: User, bob: User, when: str, meanwhile: Callable
) -> None:
    post(alice)
    meanwhile(when, lambda: post(alice))
    assert rebuild.fill(bob.pk)
    assert held(bob) == truth(bob)
    assert len(truth(bob)) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_tweet_does_not_come_back_when_it_is_deleted_during_a_build(
    alice: User, bob: User, when: str, meanwhile: Callable
) -> None:
    first, second = post(alice), post(alice)
    meanwhile(when, lambda: delete(second))
    rebuild.fill(bob.pk)
    assert held(bob) is None
    assert walk(bob) == [first] == truth(bob)


@pytest.mark.parametrize("when", ["before", "after"])
def test_unfollowed_author_is_gone_when_unfollowed_during_a_build(
    alice: User, bob: User, when: str, meanwhile: Callable
) -> None:
    post(alice)
    meanwhile(when, lambda: unfollow(bob, alice))
    rebuild.fill(bob.pk)
    assert walk(bob) == [] == truth(bob)


def test_timeline_stays_cold_when_the_build_fails(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(alice)

    def fail(*_: object) -> list[int]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "timeline_ids", fail)
        with pytest.raises(ZeroDivisionError):
            rebuild.fill(bob.pk)
    assert rebuild.fill(bob.pk)
    assert held(bob) == truth(bob)


def test_late_tweet_below_the_floor_leaves_no_gap_when_the_timeline_is_cut(alice: User, bob: User) -> None:
    ids = history(alice, 900)
    rebuild.fill(bob.pk)
    store.remove([bob.pk], ids[:50])
    late = (ms_of(ids[870]) << SHIFT) + 7
    post(alice, id=late)
    delete(ids[0])

    assert late in truth(bob)
    assert set(walk(bob, 50)) == set(truth(bob)) - set(ids[1:50])


def test_entries_of_the_floors_millisecond_are_read_once_when_it_is_cut_in_two(
    alice: User, bob: User
) -> None:
    ids = history(alice, 1000, per_ms=50)
    for limit in (20, 50, 333):
        assert walk(bob, limit) == ids
    post(alice, id=next_id())
    assert walk(bob, 100) == truth(bob)


def test_everybodys_timeline_is_built_when_redis_was_emptied(
    alice: User, bob: User, charlie: User, person: object, settings: object
) -> None:
    settings.TIMELINE_MAX = 25
    gone = person("gone")
    User.objects.filter(pk=gone.pk).update(last_active_at=timezone.now() - timedelta(days=60))
    follow(bob, charlie)
    follow(gone, charlie)
    history(alice, 20, minutes_ago=60 * 30)
    history(charlie, 12, minutes_ago=60 * 26)
    mine = [post(bob) for _ in range(3)]
    for user in (alice, bob, charlie, gone):
        store.drop([user.pk])
    walk(charlie)
    output = StringIO()
    call_command("rebuild_timelines", stdout=output)

    assert "2 timelines of 3 active people built, 45 entries" in output.getvalue()
    assert held(gone) is None
    assert held(bob) == truth(bob)[:25]
    assert held(bob)[:3] == mine[::-1]
    assert held(alice) == truth(alice)
    for user in (alice, bob, charlie):
        assert walk(user) == truth(user)
    call_command("rebuild_timelines", stdout=output)
    assert "0 timelines of 3 active people" in output.getvalue()
    call_command("rebuild_timelines", anew=True, after=alice.pk, stdout=output)
    assert held(alice) is None
    assert held(bob) == truth(bob)[:25]


@pytest.mark.parametrize("many", [1, 12, 40, 1000])
def test_many_peoples_entries_are_all_read_when_windows_follow_each_other(
    alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    follow(bob, charlie)
    history(alice, 20, minutes_ago=60 * 30)
    history(charlie, 20, minutes_ago=90)
    monkeypatch.setattr(timelines, "MANY", many)
    monkeypatch.setattr(newest, "_seen", {})
    everybody = [user.pk for user in (alice, bob, charlie)]
    for limit in (5, 25, 50):
        found = timelines.timelines_of(everybody, limit)
        assert found == {user.pk: truth(user)[:limit] for user in (alice, bob, charlie)}


def test_rebuild_goes_on_where_it_was_when_it_is_interrupted(
    alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(alice, 5)
    monkeypatch.setattr(rebuild_timelines, "BATCH", 1)
    real, calls = rebuild.fill_all, []

    def fill(users: list[int]) -> tuple[int, int]:
        calls.append(users)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(users)

    monkeypatch.setattr(rebuild, "fill_all", fill)
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_timelines", stdout=StringIO(), stderr=StringIO())
    assert ended.value.code == 130
    output = StringIO()
    call_command("rebuild_timelines", stdout=output)
    assert "2 timelines of 3 active people" in output.getvalue()
    assert all(held(user) == truth(user) for user in (alice, bob, charlie))


def test_timelines_are_cold_again_when_building_many_fails(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> dict[int, list[int]]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "timelines_of", fail)
        with pytest.raises(ZeroDivisionError):
            rebuild.fill_all([alice.pk, bob.pk])
    assert rebuild.fill_all([alice.pk, bob.pk]) == (2, 0)
