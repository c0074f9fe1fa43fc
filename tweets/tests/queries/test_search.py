"""Searching tweets: what is found, in which order, page by page, and what nobody finds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from media.models import Media
from social.models import Block, Follow, Mute
from tweets.models import Audience, Bookmark, Poll, Tweet, TweetMedia
from tweets.queries.search import latest_found, media_found, sifted_back_to, top_found, weight
from tweets.queries.search_terms import search_of
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_retweet, make_tweet
from twitterclone.lib.ids import id_at
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db

TABS = [latest_found, media_found, top_found]
Tab = Callable[..., object]
SIGNS = [
    "&",
    "|",
    "!",
    "<->",
    "(",
    ")",
    ":*",
    "'",
    "''",
    "\\",
    "%",
    "_",
    "*",
    "?",
    "[",
    "]",
    "{}",
    "^$",
    ";--",
    "$1",
]


def with_picture(tweet: Tweet, kind: str = "image") -> Tweet:
    media = Media.objects.create(owner=tweet.author, kind=kind, state="ready", width=4, height=3)
    TweetMedia.objects.create(tweet=tweet, media=media, position=0)
    return tweet


def found(viewer: User | None, text: str, tab: Tab = latest_found) -> list[str]:
    page = tab(viewer.pk if viewer else None, search_of(text), Cursor(limit=20))
    return [card.text for card in page.items]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The rain in Spain", "rain"),
        ("The rain in Spain", "SPAIN rain"),
        ("The rain in Spain", '"rain in spain"'),
        ("It's over", "it's"),
        ("state-of-the-art", "state-of-the-art"),
        ("stay until-I-get home", '"until-I-get"'),
        ("stay until-I-get-home", '"until-I-get"'),
        ("stay until I get home", '"until-I-get home"'),
        ("stay until-I-get home", '"until I get home"'),
        ("a state of the art", "state-of-the-art"),
        ("a state-of-the-art-thing", "state-of-the-art"),
        ("rock‑and‑roll", '"rock-and-roll"'),
        ("Covid-19-related", '"covid-19"'),
        ("won 5-6 today", '"won 5-6 today"'),
        ("don’t stop me", '"don\'t stop"'),
        ("a snake_case_name here", '"snake_case_name here"'),
        ("write to first-last@example.com now", '"first-last@example.com now"'),
        ("see https://my-site.example/a-b?c=d-e now", '"https://my-site.example/a-b?c=d-e now"'),
        ("see https://my-site.example/a-b now", "my-site.example"),
        ("see https://example.com/path now", "example.com"),
        ("C++ and C#", "c++"),
        ("hello @charlie", "@charlie"),
        ("café au lait", "cafe\u0301"),
        ("今日は東京に行きました", "東京"),
        ("今日は東京に行きました", "東京に行"),
        ("今日は東京に行きました", "今"),
        ("안녕하세요 여러분", "안녕"),
        ("東京 Django 会議", "django 会議"),
        ("Djangoの本を読む", "Django"),
        ("Djangoの本を読む", "djangoの本"),
        ("私は猫", "猫"),
        ("iPhone17で撮影", "iphone17"),
        ("مرحبا بالعالم", "مرحبا"),
    ],
)
def test_tweet_is_found_by_its_words(alice: User, text: str, query: str) -> None:
    make_tweet(alice, text)
    assert found(None, query) == [text]
    assert found(None, query, top_found) == [text]


@pytest.mark.parametrize("query", ["snow", '"spain rain"', "rain -spain", "rai", "東都", "京東", "-rain"])
def test_tweet_is_not_found_by_other_words(alice: User, query: str) -> None:
    make_tweet(alice, "The rain in Spain 東京都")
    assert found(None, query) == []


@pytest.mark.parametrize("query", ["rain-coat", '"in-rain"', "-rain-in", '-"the-rain in" rain'])
def test_hyphens_join_words_in_their_order(alice: User, query: str) -> None:
    make_tweet(alice, "The rain in Spain")
    assert found(None, query) == []


def test_people_and_days_narrow_a_search(alice: User, bob: User) -> None:
    make_tweet(alice, "rain by alice")
    parent = make_tweet(alice, "sun")
    make_tweet(bob, "rain by bob", in_reply_to=parent)
    assert found(None, "rain from:alice") == ["rain by alice"]
    assert found(None, "rain -from:alice") == ["rain by bob"]
    assert found(None, "rain to:alice") == found(None, "rain is:reply") == ["rain by bob"]
    assert found(None, "rain -is:reply") == ["rain by alice"]
    assert found(bob, "from:me") == ["rain by bob"]
    assert found(None, "rain from:nobody") == []
    today, tomorrow = timezone.now().date(), timezone.now().date() + timedelta(days=1)
    assert len(found(None, f"rain since:{today} until:{tomorrow}")) == 2
    assert found(None, f"rain until:{today}") == found(None, f"rain since:{tomorrow}") == []
    assert found(None, f"rain after:{today}") == found(None, f"rain before:{today}") == []
    assert len(found(None, f"rain after:{today - timedelta(days=1)} before:{tomorrow}")) == 2
    assert found(None, "rain since:9999-12-31 until:0001-01-01") == []
    assert len(found(None, "rain since:0001-01-01 until:9999-12-31")) == 2


def test_hashtags_are_found_in_any_case_and_together(alice: User) -> None:
    post_tweet(author=alice, text="one #Garden #Rain")
    post_tweet(author=alice, text="two #garden")
    assert found(None, "#GARDEN") == ["two #garden", "one #Garden #Rain"]
    assert found(None, "#garden #rain") == ["one #Garden #Rain"]
    assert found(None, "#garden -#rain") == ["two #garden"]
    assert found(None, "#garden -#unknown") == ["two #garden", "one #Garden #Rain"]
    assert found(None, "#unknown") == []


def test_what_a_tweet_carries_narrows_a_search(alice: User) -> None:
    with_picture(make_tweet(alice, "rain picture"))
    with_picture(make_tweet(alice, "rain film"), "video")
    asking = make_tweet(alice, "rain poll")
    Poll.objects.create(tweet=asking, expires_at=timezone.now() + timedelta(days=1))
    make_tweet(alice, "rain quote", quote_of=asking)
    assert found(None, "rain has:media") == ["rain film", "rain picture"]
    assert found(None, "rain has:video") == ["rain film"]
    assert found(None, "rain has:images") == ["rain picture"]
    assert found(None, "rain has:poll") == ["rain poll"]
    assert found(None, "rain is:quote") == ["rain quote"]
    assert found(None, "rain -has:media -is:quote") == ["rain poll"]
    assert found(None, "rain", media_found) == ["rain film", "rain picture"]


def test_either_of_several_words_is_enough(alice: User) -> None:
    for text in ("melted away", "a comet", "#comet #Tail", "tail without sign", "彗星を見た", "melted comet"):
        post_tweet(author=alice, text=text)
    assert found(None, "melted OR comet") == ["melted comet", "#comet #Tail", "a comet", "melted away"]
    assert found(None, "melted OR comet -away #tail") == ["#comet #Tail"]
    assert found(None, 'away OR #tail OR "without sign"') == [
        "tail without sign",
        "#comet #Tail",
        "melted away",
    ]
    assert found(None, "#tail OR #nobodyever") == ["#comet #Tail"]
    assert found(None, "melted OR #tail") == ["melted comet", "#comet #Tail", "melted away"]
    assert found(None, "彗星 OR away") == ["彗星を見た", "melted away"]
    assert found(None, "#nobody OR #never") == []


@pytest.mark.parametrize("tab", [latest_found, top_found])
def test_operators_alone_find_the_newest(alice: User, bob: User, tab: Tab) -> None:
    with_picture(make_tweet(alice, "a picture"))
    make_tweet(alice, "see https://example.org/a")
    make_tweet(alice, "yesterday's", id=id_at(timezone.now() - timedelta(days=20)))
    Tweet.objects.filter(pk=make_tweet(alice, "liked 🎉 中", language="zh").pk).update(likes_count=12)
    make_tweet(alice, "mine alone", audience=Audience.MENTIONED, language="zh")
    Follow.objects.get_or_create(follower=bob, following=alice)
    assert found(None, "has:media", tab) == ["a picture"]
    assert found(None, "has:link", tab) == ["see https://example.org/a"]
    assert found(None, "lang:zh", tab) == found(None, "min_likes:10", tab) == ["liked 🎉 中"]
    assert found(None, "🎉", tab) == found(None, '"🎉"', tab) == ["liked 🎉 中"]
    day = timezone.now().date() - timedelta(days=10)
    assert found(None, f"before:{day}", tab) == ["yesterday's"]
    assert "yesterday's" not in found(None, f"since:{day}", tab)
    assert len(found(bob, "filter:follows", tab)) == 4
    assert found(None, "filter:follows", tab) == found(alice, "filter:follows", tab) == []
    assert len(found(None, "-has:link", tab)) == 3


def test_operators_alone_look_through_the_newest_only(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweets.queries.search.SIFTED", 3)
    for number, days in enumerate((26, 24, 20, 1, 0)):
        make_tweet(alice, f"{number}", id=id_at(timezone.now() - timedelta(days=days)), language="en")
    assert found(None, "lang:en") == ["4", "3", "2"]
    floor = sifted_back_to(search_of("lang:en"))
    assert floor is not None
    assert floor.date() == (timezone.now() - timedelta(days=20)).date()
    assert found(None, f"lang:en before:{floor.date()}") == ["1", "0"]
    assert sifted_back_to(search_of(f"lang:en before:{floor.date()}")) is None
    assert sifted_back_to(search_of("lang:en rain")) is None


def test_addresses_language_and_figures_narrow_a_search(alice: User) -> None:
    make_tweet(alice, "rain plain", language="pt-BR", likes_count=2)
    make_tweet(alice, "rain at https://x.example/", language="pt", likes_count=3, retweets_count=1)
    make_tweet(alice, "rain at weather.example.com.", language="en")
    make_tweet(alice, "rain by me@example.com")
    linked = ["rain at weather.example.com.", "rain at https://x.example/"]
    assert found(None, "rain has:link") == linked
    assert found(None, "rain -has:link") == ["rain by me@example.com", "rain plain"]
    assert found(None, "rain lang:pt") == ["rain at https://x.example/", "rain plain"]
    assert found(None, "rain lang:pt-br") == ["rain plain"]
    assert found(None, "rain -lang:pt has:link") == ["rain at weather.example.com."]
    assert found(None, "rain min_likes:3") == found(None, "rain min_retweets:1") == linked[1:]
    assert found(None, "rain min_likes:2") == ["rain at https://x.example/", "rain plain"]
    assert found(None, "rain min_likes:999999999") == []


def test_named_people_narrow_a_search(alice: User, bob: User) -> None:
    make_tweet(alice, "rain with @bob", mentioning=[bob])
    make_tweet(alice, "rain with @bob and @alice", mentioning=[bob, alice])
    make_tweet(alice, "rain about bob")
    make_tweet(alice, "rain with @nobody")
    assert found(None, "@bob") == ["rain with @bob and @alice", "rain with @bob"]
    assert found(None, "@bob @alice") == ["rain with @bob and @alice"]
    assert found(None, "@bob -@alice") == ["rain with @bob"]
    assert found(None, "rain -@bob -@nobody") == ["rain about bob"]
    assert found(None, "@nobody") == ["rain with @nobody"]
    assert found(bob, "@me") == []


def test_own_bookmarks_and_people_followed_narrow_a_search(bob: User, charlie: User, mallory: User) -> None:
    kept, followed = make_tweet(mallory, "rain kept"), make_tweet(charlie, "rain followed")
    Bookmark.objects.create(user=bob, tweet=kept)
    Bookmark.objects.create(user=mallory, tweet=followed)
    Follow.objects.create(follower=bob, following=charlie)
    assert found(bob, "in:bookmarks") == found(bob, "rain in:bookmarks") == ["rain kept"]
    assert found(bob, "rain -in:bookmarks") == found(bob, "rain filter:follows") == ["rain followed"]
    assert found(bob, "rain -is:follows") == ["rain kept"]
    assert found(charlie, "in:bookmarks") == found(charlie, "rain is:follows") == []
    for text in ("in:bookmarks", "rain -in:bookmarks", "rain filter:follows", "rain -filter:follows"):
        assert found(None, text) == []


def test_retweet_is_not_found_beside_its_tweet(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "rain")
    make_retweet(bob, tweet)
    assert found(None, "rain") == ["rain"]
    assert found(None, "from:bob") == []


@pytest.mark.parametrize("tab", TABS)
def test_nobody_finds_what_they_may_not_see(
    tab: Tab, alice: User, bob: User, charlie: User, mallory: User, person: Callable[..., User]
) -> None:
    private = person("hidden", is_private=True)
    Follow.objects.create(follower=bob, following=private)
    gone, now = person("gone", suspended_at=timezone.now()), timezone.now()
    left = person("left", deactivated_at=now)
    for tweet in (
        make_tweet(alice, "rain public"),
        make_tweet(alice, "rain followers", audience=Audience.FOLLOWERS),
        make_tweet(alice, "rain mentioned", audience=Audience.MENTIONED, mentioning=[charlie]),
        make_tweet(alice, "rain deleted", deleted_at=now),
        make_tweet(alice, "rain moderated", hidden_at=now),
        make_tweet(private, "rain private"),
        make_tweet(private, "rain private to charlie", mentioning=[charlie]),
        make_tweet(mallory, "rain mallory"),
        make_tweet(gone, "rain suspended"),
        make_tweet(left, "rain left"),
    ):
        with_picture(tweet)

    def seen(viewer: User | None) -> set[str]:
        return {text.removeprefix("rain ") for text in found(viewer, "rain", tab)}

    assert seen(None) == {"public", "mallory"}
    assert seen(alice) == {"public", "followers", "mentioned"}
    assert seen(bob) == {"public", "followers", "private", "private to charlie", "mallory"}
    assert seen(charlie) == {"public", "mentioned", "private to charlie", "mallory"}
    assert seen(mallory) == {"mallory"}
    assert seen(private) == {"public", "mallory", "private", "private to charlie"}


@pytest.mark.parametrize("tab", TABS)
def test_nobody_meets_whom_they_muted_or_blocked(tab: Tab, alice: User, bob: User, charlie: User) -> None:
    with_picture(make_tweet(alice, "rain"))
    mute = Mute.objects.create(muter=charlie, muted=alice)
    Block.objects.create(blocker=bob, blocked=alice)
    assert found(charlie, "rain", tab) == found(bob, "rain", tab) == []
    assert found(bob, "from:alice", tab) == []
    mute.expires_at = timezone.now() - timedelta(minutes=1)
    mute.save()
    assert found(charlie, "rain", tab) == ["rain"]


@pytest.mark.parametrize("tab", TABS)
def test_pages_follow_each_other_without_gap_or_double(tab: Tab, alice: User, mallory: User) -> None:
    for number in range(25):
        with_picture(make_tweet(alice if number % 5 else mallory, f"rain {number}", likes_count=number % 7))
    search, shown, before = search_of("rain"), [], None
    while True:
        page = tab(alice.pk, search, Cursor(before=before, limit=6))
        shown += [card.text for card in page.items]  # type: ignore[attr-defined]
        before = page.next  # type: ignore[attr-defined]
        if before is None:
            break
        assert len(page.items) == 6  # type: ignore[attr-defined]
    assert len(shown) == len(set(shown)) == 20


def test_top_prefers_what_was_answered_and_goes_on_below_what_vanished(alice: User) -> None:
    plain = make_tweet(alice, "rain plain")
    loved = make_tweet(alice, "rain loved", id=plain.pk - (60_000 << 16), likes_count=30)
    make_tweet(alice, "rain old", id=plain.pk - (8 * 60 * 60_000 << 16), likes_count=1)
    assert found(None, "rain", top_found) == ["rain loved", "rain old", "rain plain"]
    assert found(None, "rain") == ["rain plain", "rain loved", "rain old"]
    Tweet.objects.filter(pk=loved.pk).update(deleted_at=timezone.now())
    rest = top_found(None, search_of("rain"), Cursor(before=loved.pk, limit=20))
    assert [card.text for card in rest.items] == ["rain old", "rain plain"]
    assert top_found(None, search_of("rain"), Cursor(before=17, limit=20)).items == []


def test_half_a_day_outweighs_twice_the_answers() -> None:
    now = id_at(datetime(2026, 1, 2, tzinfo=UTC))
    earlier = id_at(datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert weight(now, 0, 0, 0, 0) == weight(earlier, 1, 0, 0, 0)
    assert weight(now, 1, 0, 0, 0) < weight(now, 0, 1, 0, 0)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("tab", TABS)
def test_signs_have_no_power(tab: Tab, alice: User, sign: str) -> None:
    with_picture(make_tweet(alice, "rain and sun"))
    for text in (
        sign,
        f"rain{sign}",
        f"{sign}rain",
        f"rain {sign} sun",
        f'"rain{sign}',
        f"#{sign}",
        f"from:{sign}",
    ):
        assert set(found(None, text, tab)) <= {"rain and sun"}
    assert found(None, f"snow {sign}", tab) == []
