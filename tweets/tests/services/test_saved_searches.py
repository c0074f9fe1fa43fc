"""Keeping searches: how many, which, and whose turn it is to be looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tweets.models import SavedSearch, Tweet
from tweets.queries.saved_searches import new_in, saved_search_for, saved_searches_of
from tweets.services.saved_searches import (
    MOST_SAVED,
    NothingToSave,
    SearchNotUnderstood,
    TooManySavedSearches,
    forget_search,
    look_at_next,
    save_search,
    set_alerts,
)
from tweets.tests.factories import make_tweet
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.ids import MILLISECOND

pytestmark = pytest.mark.django_db


def be_due(search: SavedSearch, minutes: int = 5) -> SavedSearch:
    SavedSearch.objects.filter(pk=search.pk).update(looked_at=timezone.now() - timedelta(minutes=minutes))
    return search


def looked_at() -> list[str]:
    seen: list[SavedSearch] = []
    while look_at_next(seen.append):
        pass
    return [search.query for search in seen]


def test_search_is_kept_once_and_as_it_was_cleaned(alice: User, bob: User) -> None:
    first = save_search(user=alice, query="  rain   #garden ")
    assert save_search(user=alice, query="rain #garden") == first
    save_search(user=bob, query="rain #garden")
    save_search(user=alice, query="in:bookmarks")
    assert [(s.query, s.alerts) for s in saved_searches_of(alice.pk)] == [
        ("in:bookmarks", True),
        ("rain #garden", True),
    ]


@pytest.mark.parametrize("query", ["", "-rain", "has:media", "lang:en", "🎉"])
def test_search_for_nothing_is_not_kept(alice: User, query: str) -> None:
    with pytest.raises(NothingToSave):
        save_search(user=alice, query=query)


@pytest.mark.parametrize("query", ["rain since:2026-13-45", "rain from:", "rain has:magic", "rain lang:??"])
def test_search_that_is_understood_in_part_is_not_kept(alice: User, query: str) -> None:
    with pytest.raises(SearchNotUnderstood):
        save_search(user=alice, query=query)


def test_number_of_searches_is_limited(alice: User, bob: User) -> None:
    for number in range(MOST_SAVED):
        save_search(user=alice, query=f"rain {number}")
    with pytest.raises(TooManySavedSearches):
        save_search(user=alice, query="snow")
    save_search(user=alice, query="rain 3")
    save_search(user=bob, query="snow")
    forget_search(search=saved_search_for(alice.pk, saved_searches_of(alice.pk)[0].id))
    save_search(user=alice, query="snow")


def test_search_is_nobody_elses(alice: User, bob: User) -> None:
    search = save_search(user=alice, query="rain")
    with pytest.raises(NotVisible):
        saved_search_for(bob.pk, search.pk)
    assert saved_searches_of(bob.pk) == []


def test_new_is_what_others_wrote_since(alice: User, bob: User) -> None:
    make_tweet(bob, "rain before")
    search = save_search(user=alice, query="rain")
    tweets = [make_tweet(bob, f"rain {number}") for number in range(3)]
    make_tweet(alice, "rain of my own")
    make_tweet(bob, "snow")
    assert new_in(search, 10) == tweets[::-1]
    assert len(new_in(search, 2)) <= 2


def test_searches_take_turns_and_rest(alice: User, bob: User) -> None:
    for user, query, minutes in ((alice, "rain", 5), (bob, "snow", 9), (alice, "sun", 1)):
        be_due(save_search(user=user, query=query), minutes)
    silent = be_due(save_search(user=bob, query="silent"))
    set_alerts(search=silent, alerts=False)
    assert looked_at() == ["snow", "rain"]
    assert looked_at() == []
    be_due(silent)
    User.objects.filter(pk=alice.pk).update(suspended_at=timezone.now())
    for search in SavedSearch.objects.all():
        be_due(search)
    assert looked_at() == ["snow"]


def test_look_that_fails_keeps_nobody_waiting_and_begins_there_again(alice: User, bob: User) -> None:
    search = be_due(save_search(user=alice, query="rain"), 9)
    be_due(save_search(user=bob, query="snow"))
    tweet = make_tweet(bob, "rain")

    def fail(search: SavedSearch) -> None:
        Tweet.objects.filter(pk=tweet.pk).update(content="half done")
        raise RuntimeError(search.query)

    assert look_at_next(fail)
    assert looked_at() == ["snow"]
    assert new_in(saved_search_for(alice.pk, search.pk), 10) == [tweet]
    be_due(search)
    assert looked_at() == ["rain"]


def test_alerts_turned_on_again_tell_nothing_of_the_time_between(alice: User, bob: User) -> None:
    search = save_search(user=alice, query="rain")
    set_alerts(search=search, alerts=False)
    make_tweet(bob, "rain meanwhile")
    set_alerts(search=search, alerts=True)
    later = make_tweet(bob, "rain later", id=saved_search_for(alice.pk, search.pk).seen_id + (1 << 16))
    assert later.created_at >= search.created_at - MILLISECOND
    assert new_in(saved_search_for(alice.pk, search.pk), 10) == [later]
