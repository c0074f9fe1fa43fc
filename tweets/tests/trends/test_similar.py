"""Tweets about the same."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from social.models import Block, Mute
from tweets.models import Audience, CountedHour, TermHour, Tweet
from tweets.tests.factories import make_tweet
from tweets.trends.similar import refresh_similar, similar_cards, similar_ids
from twitterclone.lib.errors import NotVisible

pytestmark = pytest.mark.django_db

SAID = "The solar eclipse over Madrid was wonderful"


@pytest.fixture
def said(alice: User) -> Tweet:
    return make_tweet(alice, SAID)


def found(tweet: Tweet, viewer: User | None = None) -> list[str]:
    cache.clear()
    return [card.text for card in similar_cards(viewer.pk if viewer else None, tweet.pk)]


def test_most_alike_comes_first_and_what_is_about_something_else_does_not(said: Tweet, bob: User) -> None:
    for text in (
        "Tomatoes grow",
        "An eclipse again and many more words about something else entirely",
        "Solar eclipse tonight",
    ):
        make_tweet(bob, text)
    assert found(said)[0] == "Solar eclipse tonight"
    assert "Tomatoes grow" not in found(said)


def test_common_words_make_nothing_alike(said: Tweet, bob: User) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    CountedHour.objects.create(hour=now, tweets=1000)
    for word in ("wonderful", "over"):
        TermHour.objects.create(hour=now, kind="word", key=word, language="", people=900)
    make_tweet(bob, "Wonderful breakfast over there")
    make_tweet(bob, "Solar power in Madrid")
    assert found(said) == ["Solar power in Madrid"]


def test_one_shared_word_makes_nothing_alike_where_every_word_is_rare(alice: User, bob: User) -> None:
    pill = make_tweet(alice, "pill test two")
    make_tweet(alice, "Baking scones is my test today")
    make_tweet(bob, "Two scones please")
    assert found(pill) == []
    make_tweet(bob, "Another pill test")
    assert found(pill) == ["Another pill test"]


def test_two_characters_of_chinese_and_hashtags_make_alike(alice: User, bob: User) -> None:
    make_tweet(bob, "東京タワーの夜景")
    make_tweet(bob, "#comet tonight")
    assert found(make_tweet(alice, "東京タワー")) == ["東京タワーの夜景"]
    assert found(make_tweet(alice, "Saw a #Comet")) == ["#comet tonight"]
    assert found(make_tweet(alice, "!!! 12")) == []


def test_nobody_finds_what_is_not_theirs(
    said: Tweet, alice: User, bob: User, charlie: User, person: Callable[..., User]
) -> None:
    private = person("private", is_private=True)
    for author, fields in (
        (bob, {"audience": Audience.FOLLOWERS}),
        (bob, {"audience": Audience.MENTIONED}),
        (bob, {"deleted_at": timezone.now()}),
        (bob, {"hidden_at": timezone.now()}),
        (bob, {"content_warning": "Eclipse"}),
        (private, {}),
    ):
        make_tweet(author, "Solar eclipse", **fields)
    assert found(said) == found(said, alice) == []
    shown = make_tweet(bob, "Solar eclipse for everybody")
    assert found(said, charlie) == [shown.content]
    Mute.objects.create(muter=charlie, muted=bob)
    assert found(said, charlie) == []
    Block.objects.create(blocker=alice, blocked=bob)
    assert found(said, alice) == []
    Tweet.objects.filter(pk=said.pk).update(audience=Audience.MENTIONED)
    with pytest.raises(NotVisible):
        found(said, charlie)


def test_queries_do_not_grow(said: Tweet, bob: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            similar_ids(said.pk, said.content)
        return len(captured)

    make_tweet(bob, "Solar eclipse")
    few = queries()
    for number in range(20):
        make_tweet(bob, f"Solar eclipse {number}")
    assert (few, queries()) == (3, 3)


def test_page_leads_to_them_and_is_one_without_scripts(
    client: Client, said: Tweet, alice: User, bob: User
) -> None:
    where = f"/alice/status/{said.pk}/similar/"
    assert where in client.get(f"/alice/status/{said.pk}/").text
    assert "Nothing similar lately" in client.get(where).text
    cache.clear()
    make_tweet(bob, "Solar eclipse")
    assert client.get(where).text.count("<article") == 1
    part = client.get(where, headers={"HX-Request": "true"}).text
    assert (part.count("<article"), "<html" in part) == (1, False)
    assert client.get("/alice/status/7/similar/").status_code == 404


def test_most_liked_are_found_beforehand_and_found_anew(said: Tweet, bob: User) -> None:
    Tweet.objects.filter(pk=said.pk).update(likes_count=9)
    cache.clear()
    assert similar_cards(None, said.pk) == []
    answer = make_tweet(bob, "Solar eclipse tonight")
    assert refresh_similar(seconds=60) == 2
    assert [card.id for card in similar_cards(None, said.pk)] == [answer.pk]
    assert refresh_similar(seconds=-1) == 0
