"""Home as programs read it: to the letter what the ordinary way writes, and nothing that is no longer so."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from rest_framework.renderers import JSONRenderer

from accounts.models import User
from accounts.services import set_picture, update_profile
from social.models import Block, Follow
from tweets.api.answers import statuses_of
from tweets.models import Tweet
from tweets.services.engagement import like_tweet, retweet
from tweets.services.keeping import bookmark_tweet, pin_tweet, unpin_tweet
from tweets.services.polls import vote
from tweets.services.posting import post_tweet
from tweets.tests.factories import add_media, add_poll, make_retweet, make_tweet
from tweets.tests.timelines.test_home import CHANGES, every_kind
from tweets.timelines import cards, drawing, reader, store
from tweets.timelines.reader import home_page
from twitterclone.lib import redis as clients
from twitterclone.lib.pagination import Cursor
from twitterclone.tests.api import Program

pytestmark = pytest.mark.django_db
HOME = "/api/v1/timelines/home"
COLD = 12  # as without Redis: the token, whom a block or mute bars, gathering with the accounts
Api = Callable[..., Program]


@pytest.fixture
def readers(alice: User, bob: User, charlie: User, person: Callable[..., User]) -> list[User]:
    """Bob and eve follow alice, charlie and shy, who is private; eve is blocked by charlie; alice herself."""
    shy, eve = person("shy", is_private=True), person("eve", language="de")
    for viewer in (bob, eve, alice):
        for author in (alice, shy, charlie, bob):
            if viewer != author:
                Follow.objects.get_or_create(follower=viewer, following=author)
    Block.objects.create(blocker=charlie, blocked=eve)
    update_profile(
        user=alice,
        display_name="Alice",
        website="https://alice.example/",
        location="Up & <down>",
        bio="Tea.\n\n#tea",
    )
    every_kind(alice, bob, charlie, shy)
    quoted = make_tweet(charlie, "quoted with all", language="en")
    add_media(quoted, 2)
    make_tweet(alice, 'quotes \\u0000 "\u2028" 🎧', quote_of=quoted)
    asked = make_tweet(bob, "asks all")
    add_poll(asked)
    make_tweet(alice, "quotes a poll", quote_of=asked)
    passed_on = make_tweet(shy, "passed on by nobody")
    make_retweet(bob, make_tweet(alice, "passed on"))
    for viewer in (bob, eve):
        like_tweet(user=viewer, tweet=quoted if viewer == bob else passed_on)
    bookmark_tweet(user=bob, tweet=Tweet.objects.get(content="pictures"))
    pin_tweet(user=alice, tweet=Tweet.objects.get(content="pictures"))
    return [bob, eve, alice]


def ordinary(viewer: User, before: int | None = None) -> str:
    page = home_page(viewer.pk, Cursor(before=before))
    return JSONRenderer().render(statuses_of(page.items)).decode()


def read(program: Program, before: int | None = None) -> str:
    answer = program.get(HOME, {"max_id": before} if before else {})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return answer.content.decode()


def is_kept(tweet_id: int) -> bool:
    """Whether a status is written and kept for everybody."""
    return cards.look([tweet_id], drawing.version() + "j", "en", 0).cards[tweet_id].state == "+"


def test_statuses_are_the_same_to_the_letter_for_every_reader(readers: list[User], api: Api) -> None:
    for viewer in (*readers, *readers):
        program, before, pages = api(viewer), None, 0
        while True:
            pages += 1
            with_words = ordinary_in(program, viewer, before)
            for _time in range(3):
                assert read(program, before) == with_words
            before = home_page(viewer.pk, Cursor(before=before)).next
            if before is None:
                break
        assert pages > 1
    assert [is_kept(tweet.pk) for tweet in Tweet.objects.filter(content__in=["pictures", "by bob"])] == [
        True
    ] * 2
    closed = Tweet.objects.filter(content__in=["a poll", "for followers", "quotes a poll"])
    assert [is_kept(tweet.pk) for tweet in closed] == [False] * 3


def ordinary_in(program: Program, viewer: User, before: int | None) -> str:
    """As the ordinary way writes it in the language of the viewer's answers."""
    with translation.override(viewer.language or "en"):
        return ordinary(viewer, before)


def test_kept_statuses_take_no_query_but_the_tokens(readers: list[User], api: Api) -> None:
    for viewer in readers:
        program = api(viewer)
        for _time in range(4):
            read(program)
        with CaptureQueriesContext(connection) as warm:
            read(program)
        assert len(warm) == 1
        assert "oauth2_provider_accesstoken" in warm.captured_queries[0]["sql"]


@pytest.mark.parametrize("size", [1, 20])
def test_cold_page_costs_the_same_for_one_and_for_twenty(
    alice: User, bob: User, charlie: User, size: int, api: Api, django_assert_num_queries: Any
) -> None:
    for number in range(size):
        make_tweet(alice, f"quotes {number}", quote_of=make_tweet(charlie, "quoted"))
    home_page(bob.pk, Cursor())  # the timeline is there
    program = api(bob)
    with django_assert_num_queries(COLD):
        assert len(json.loads(read(program))) == size
    with django_assert_num_queries(1):
        assert len(json.loads(read(program))) == size


def test_links_lead_on_and_back(readers: list[User], api: Api) -> None:
    program, page = api(readers[0]), home_page(readers[0].pk, Cursor())
    for _time in range(2):
        link = program.get(HOME).headers["Link"]
        assert f'{HOME}?max_id={page.next}>; rel="next"' in link
        assert f'{HOME}?min_id={page.items[0].entry_id}>; rel="prev"' in link


@pytest.mark.parametrize("change", CHANGES)
def test_change_shows_at_once(
    alice: User, bob: User, charlie: User, change: str, committed: Callable[..., Any], api: Api
) -> None:
    quoted = make_tweet(charlie, "quoted")
    tweet = make_tweet(alice, "changes", quote_of=quoted)
    make_tweet(alice, "stays")
    like_tweet(user=alice, tweet=tweet)
    retweet(user=alice, tweet=tweet)
    program = api(bob)
    before = [read(program) for _time in range(3)][-1]
    assert is_kept(tweet.pk)
    action, values = CHANGES[change](alice, bob, charlie, tweet)
    committed(action, **values)
    after = read(program)
    assert without_figures(after) == without_figures(ordinary(bob))
    if change != "mute of the quoted":
        assert after != before
    assert read(program) == after


def test_picture_above_a_profile_shows_at_once(
    alice: User, bob: User, committed: Callable[..., Any], api: Api
) -> None:
    make_tweet(alice)
    program = api(bob)
    assert "above.jpg" not in [read(program) for _time in range(3)][-1]
    committed(set_picture, user=alice, kind="header", name="above.jpg")
    assert read(program).count("above.jpg") == 2


def without_figures(text: str) -> list[Any]:
    """The statuses without the figures of accounts, which may be some minutes old."""

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(one) for one in value]
        if isinstance(value, dict):
            old = ("followers_count", "following_count", "statuses_count", "last_status_at")
            return {name: clean(one) for name, one in value.items() if name not in old}
        return value

    return clean(json.loads(text))


def test_what_is_done_with_the_quoted_shows_at_once(
    alice: User, bob: User, charlie: User, committed: Callable[..., Any], api: Api
) -> None:
    quoted = make_tweet(charlie, "quoted")
    make_tweet(alice, "quotes", quote_of=quoted)
    program = api(bob)
    for _time in range(3):
        read(program)
    committed(like_tweet, user=bob, tweet=quoted)
    inner = program.get(HOME).json()[0]["quote"]["quoted_status"]
    assert (inner["favourites_count"], inner["favourited"]) == (1, True)
    committed(post_tweet, author=alice, text="quotes again", quote_of=quoted)
    assert program.get(HOME).json()[0]["quote"]["quoted_status"]["quotes_count"] == 1


def test_pin_and_vote_show_at_once(alice: User, bob: User, committed: Callable[..., Any], api: Api) -> None:
    tweet = make_tweet(alice, "mine")
    asks = make_tweet(alice, "asks")
    add_poll(asks)
    mine, theirs = api(alice), api(bob)
    for _time in range(3):
        read(mine), read(theirs)
    committed(pin_tweet, user=alice, tweet=tweet)
    assert [one["pinned"] for one in mine.get(HOME).json()] == [False, True]
    assert [one["pinned"] for one in theirs.get(HOME).json()] == [False, False]
    committed(unpin_tweet, user=alice, tweet=tweet)
    assert [one["pinned"] for one in mine.get(HOME).json()] == [False, False]
    committed(vote, user=bob, tweet=asks, choices=[0])
    assert theirs.get(HOME).json()[0]["poll"]["own_votes"] == [0]


def test_account_figures_are_five_minutes_old_at_most(alice: User, bob: User, api: Api) -> None:
    tweet = make_tweet(alice)
    read(api(bob))
    name = clients.key("{cards}", f"0:card:{drawing.version()}j:{tweet.pk}")
    assert 0 < clients.client("timelines").ttl(name) <= 300


def test_home_is_written_without_redis(
    readers: list[User], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ordinary(readers[0])

    def away(*_: Any, **__: Any) -> None:
        raise clients.redis.ConnectionError

    monkeypatch.setattr(cards, "_run", away)
    monkeypatch.setattr(store, "_run", away)
    assert read(api(readers[0])) == expected
    reader._breaker.reset()
