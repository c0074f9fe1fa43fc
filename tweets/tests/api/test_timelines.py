"""Lists of statuses through the API: who sees what, pages in both directions, and the price of a page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.cast import Person
from social.models import Follow, Mute
from tweets.models import Bookmark, Like, Tweet
from tweets.tests.api.helpers import NOT_FOUND, STATUSES, Api, bear, ids, make_of_every_kind, read, texts
from tweets.tests.factories import add_media, make_retweet, make_tweet
from tweets.timelines import store
from twitterclone.tests.api import Program

pytestmark = pytest.mark.django_db

HOME, PUBLIC, TAG = "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/tea"
BOOKMARKS, LIKES = "/api/v1/bookmarks", "/api/v1/favourites"
PAGED = ["home", "public", "tag", "account", "bookmarks", "favourites"]


def of_account(user: User) -> str:
    return f"/api/v1/accounts/{user.pk}/statuses"


def links(answer: Any) -> dict[str, str]:
    """The addresses of the Link header by their rel."""
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("Link", ""))
    return {rel: url for url, rel in found}


def test_home_holds_what_one_follows_and_says(alice: User, bob: User, charlie: User, api: Api) -> None:
    make_tweet(alice, "by alice")
    make_tweet(bob, "by bob")
    make_tweet(charlie, "by charlie")
    assert texts(read(api(bob), HOME)) == ["by bob", "by alice"]
    assert api().get(HOME).status_code == 401


def test_public_holds_what_everybody_says(alice: User, bob: User, charlie: User, api: Api) -> None:
    first = make_tweet(alice, "by alice")
    make_tweet(bob, "an answer", in_reply_to=first)
    make_retweet(bob, first)
    add_media(make_tweet(charlie, "a picture"))
    Mute.objects.create(muter=bob, muted=charlie)
    assert texts(read(api(), PUBLIC)) == ["a picture", "by alice"]
    assert texts(read(api(), PUBLIC, local="true")) == ["a picture", "by alice"]
    assert texts(read(api(), PUBLIC, only_media="1")) == ["a picture"]
    assert texts(read(api(bob), PUBLIC)) == ["by alice"]
    assert read(api(), PUBLIC, remote="true") == []


def test_hashtag_is_narrowed(alice: User, api: Api) -> None:
    bear(make_tweet(alice, "tea"), "tea")
    bear(bear(make_tweet(alice, "both"), "tea"), "milk")
    assert texts(read(api(), TAG)) == ["both", "tea"]
    assert texts(api().get(f"{TAG}?all[]=milk").json()) == ["both"]
    assert texts(api().get(f"{TAG}?none[]=Milk").json()) == ["tea"]
    assert texts(api().get("/api/v1/timelines/tag/milk?any[]=TEA").json()) == ["both", "tea"]
    assert read(api(), "/api/v1/timelines/tag/unknown") == []
    assert read(api(), "/api/v1/timelines/tag/%20") == []


def test_account_is_narrowed(alice: User, bob: User, api: Api) -> None:
    first = make_tweet(alice, "first")
    make_tweet(alice, "an answer", in_reply_to=make_tweet(bob, "bob's"))
    make_retweet(alice, first)
    bear(add_media(make_tweet(alice, "picture"))[0].tweet_link.tweet, "tea")
    where = of_account(alice)
    assert texts(read(api(), where)) == ["picture", "first", "an answer", "first"]
    assert texts(read(api(), where, exclude_reblogs="true")) == ["picture", "an answer", "first"]
    assert texts(read(api(), where, exclude_replies="true")) == ["picture", "first", "first"]
    assert texts(read(api(), where, only_media="on")) == ["picture"]
    assert texts(read(api(), where, tagged="TEA")) == ["picture"]
    assert read(api(), where, pinned="true") == []


def test_account_that_is_closed_shows_nothing(alice: User, mallory: User, person: Person, api: Api) -> None:
    hidden = person("hidden", is_private=True)
    make_tweet(alice)
    make_tweet(hidden)
    for viewer, author in ((mallory, alice), (alice, hidden)):
        for pinned in ("true", "false"):
            assert read(api(viewer), of_account(author), pinned=pinned) == []


@pytest.mark.parametrize("query", ["", "?pinned=1"])
def test_account_that_is_gone_is_not_there(alice: User, api: Api, query: str) -> None:
    alice.suspended_at = alice.created_at
    alice.save()
    for identifier in (alice.pk, 5, (1 << 63) - 1):
        answer = api().get(f"/api/v1/accounts/{identifier}/statuses{query}")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_what_one_keeps_and_likes_is_ones_own(alice: User, bob: User, charlie: User, api: Api) -> None:
    old, new = make_tweet(alice, "old"), make_tweet(alice, "new")
    for tweet in (new, old):
        Bookmark.objects.create(user=bob, tweet=tweet)
        Like.objects.create(user=bob, tweet=tweet)
    for where in (BOOKMARKS, LIKES):
        assert texts(read(api(bob), where)) == ["old", "new"]
        assert read(api(charlie), where) == []
        assert api().get(where).status_code == 401


@pytest.fixture
def filled(alice: User, bob: User) -> Callable[[str], str]:
    """Nine statuses in the list of this name; its address."""

    def fill(name: str) -> str:
        for number in range(9):
            tweet = bear(make_tweet(alice, str(number)), "tea")
            Bookmark.objects.create(user=bob, tweet=tweet)
            Like.objects.create(user=bob, tweet=tweet)
        return {
            "home": HOME,
            "public": PUBLIC,
            "tag": TAG,
            "account": of_account(alice),
            "bookmarks": BOOKMARKS,
            "favourites": LIKES,
        }[name]

    return fill


@pytest.mark.parametrize("name", PAGED)
def test_links_lead_through_the_list_and_back(bob: User, api: Api, filled: Callable, name: str) -> None:
    program, where = api(bob), filled(name)
    answer = program.get(f"{where}?limit=4&extra=1")
    first, found = answer, texts(answer.json())
    while following := links(answer).get("next"):
        assert following.startswith("http://")
        assert "extra=1" in following
        answer = program.get(following)
        found += texts(answer.json())
    assert found == ["8", "7", "6", "5", "4", "3", "2", "1", "0"]
    second = program.get(links(first)["next"])
    above = program.get(links(second)["prev"])
    assert texts(above.json()) == texts(first.json())
    assert program.get(links(above)["prev"]).json() == []


@pytest.mark.parametrize("name", ["home", "public", "tag", "account"])
def test_bounds_on_both_sides_are_kept(bob: User, api: Api, filled: Callable, name: str) -> None:
    program, where = api(bob), filled(name)
    everything = ids(read(program, where))
    assert ids(read(program, where, since_id=everything[4], limit=2)) == everything[:2]
    assert ids(read(program, where, min_id=everything[4], limit=2)) == everything[2:4]
    assert ids(read(program, where, min_id=everything[5], max_id=everything[2], limit=9)) == everything[3:5]
    assert read(program, where, min_id=everything[0]) == []
    assert ids(read(program, where, max_id=everything[0], limit=1)) == everything[1:2]


@pytest.mark.parametrize("name", PAGED)
def test_a_moment_as_an_id_begins_there(bob: User, api: Api, filled: Callable, name: str) -> None:
    """Mastodon.py turns a moment into the id (unix << 16) * 1000."""
    program, where = api(bob), filled(name)
    past, future = (1_500_000_000 << 16) * 1000, (4_000_000_000 << 16) * 1000
    assert len(read(program, where, min_id=str(past))) == 9
    assert read(program, where, max_id=str(past)) == []
    assert read(program, where, min_id=str(future)) == []


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("limit", ["-1", "0", "99999999", "-99999999999"])
def test_strange_limits_are_brought_into_bounds(
    bob: User, api: Api, filled: Callable, name: str, limit: str
) -> None:
    assert 1 <= len(read(api(bob), filled(name), limit=limit)) <= 9


@pytest.mark.parametrize("where", [HOME, PUBLIC, TAG, BOOKMARKS, LIKES, "/api/v1/accounts/1/statuses"])
@pytest.mark.parametrize(
    "query",
    [
        "limit=x", "limit[]=1", "limit=1e3", "max_id=x", "max_id=-1", "min_id=%00", "since_id=1.5",
        f"max_id={'9' * 40}", "max_id=%D9%A3", "limit=" + "9" * 5000,
    ],
)  # fmt: skip
def test_strange_queries_are_refused(alice: User, api: Api, where: str, query: str) -> None:
    answer = api(alice).get(f"{where}?{query}")
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query",
    ["only_media=perhaps", "only_media[a]=1", "any[]=%00", "all[a][b]=1", "tagged[]=x", "any=" + "x" * 300],
)
def test_strange_conditions_are_refused_or_mean_nothing(alice: User, api: Api, query: str) -> None:
    for where in (TAG, of_account(alice)):
        answer = api(alice).get(f"{where}?{query}")
        assert answer.status_code in (200, 422), answer.content
        assert isinstance(answer.json(), list) or answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("home", 1), ("public", 12), ("tag", 14), ("account", 15), ("bookmarks", 12), ("favourites", 12),
        ("several", 12), ("context", 14), ("quotes", 12), ("trending", 11),
    ],
)  # fmt: skip
def test_queries_do_not_grow_with_the_list(
    alice: User, bob: User, charlie: User, api: Api, name: str, queries: int
) -> None:
    Follow.objects.create(follower=charlie, following=alice)
    focus = make_tweet(alice, "focus")
    shown: list[int] = []

    def fill(number: int) -> None:
        for _ in range(number):
            row = make_of_every_kind(alice, bob)
            tweet = row.retweet_of
            rows = Tweet.objects.filter(pk=tweet.pk)
            if name in ("public", "trending"):
                # what is quoted stands outside of the page in both cases
                Tweet.objects.filter(pk=tweet.quote_of_id).update(in_reply_to=focus, in_reply_to_user=alice)
                rows.update(in_reply_to=None, in_reply_to_user=None, likes_count=5)
            if name == "quotes":
                rows.update(quote_of=focus)
            if name == "context":
                rows.update(in_reply_to=focus)
            bear(row if name == "tag" else tweet, "tea")
            Bookmark.objects.create(user=charlie, tweet=tweet)
            Like.objects.create(user=charlie, tweet=tweet)
            shown.append(row.pk)
        store.drop_all()
        cache.delete("tweets:popular")

    def count(number: int) -> int:
        where = {
            "home": HOME, "public": PUBLIC, "tag": TAG, "account": f"{of_account(alice)}?exclude_replies=1",
            "bookmarks": BOOKMARKS, "favourites": LIKES, "context": f"{STATUSES}/{focus.pk}/context",
            "quotes": f"{STATUSES}/{focus.pk}/quotes", "trending": "/api/v1/trends/statuses",
            "several": f"{STATUSES}?" + "&".join(f"id[]={pk}" for pk in shown[:number]),
        }[name]  # fmt: skip
        program = api(charlie)
        read_once(program, where, number)
        with CaptureQueriesContext(connection) as captured:
            read_once(program, where, number)
        return len(captured)

    def read_once(program: Program, where: str, number: int) -> None:
        answer = program.get(f"{where}{'&' if '?' in where else '?'}limit={number}")
        assert answer.status_code == 200
        data = answer.json()
        assert len(data["descendants"] if name == "context" else data) == number

    fill(1)
    few = count(1)
    fill(21 if name not in ("context", "several") else 19)
    assert (few, count(20)) == (queries, queries)
