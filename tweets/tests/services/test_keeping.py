"""Bookmarks and pins."""

import pytest

from accounts.models import User
from tweets.models import Audience, Bookmark
from tweets.services.keeping import (
    MayNotPin,
    TooManyPins,
    bookmark_tweet,
    pin_tweet,
    unbookmark_tweet,
    unpin_tweet,
)
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db


def test_bookmark_is_one_however_often_it_is_pressed(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    assert [bookmark_tweet(user=bob, tweet=tweet) for _ in range(3)] == [True, False, False]
    assert Bookmark.objects.count() == 1
    assert [unbookmark_tweet(user=bob, tweet=tweet) for _ in range(2)] == [True, False]


def test_five_tweets_are_pinned_and_no_more(alice: User) -> None:
    tweets = [make_tweet(alice, str(number)) for number in range(6)]
    assert all(pin_tweet(user=alice, tweet=tweet) for tweet in tweets[:5])
    assert not pin_tweet(user=alice, tweet=tweets[0])
    with pytest.raises(TooManyPins):
        pin_tweet(user=alice, tweet=tweets[5])
    assert unpin_tweet(user=alice, tweet=tweets[0])
    assert not unpin_tweet(user=alice, tweet=tweets[0])
    assert pin_tweet(user=alice, tweet=tweets[5])


def test_pin_is_refused_when_not_ones_own_or_between_a_few(alice: User, bob: User) -> None:
    with pytest.raises(MayNotPin):
        pin_tweet(user=bob, tweet=make_tweet(alice))
    with pytest.raises(MayNotPin):
        pin_tweet(user=alice, tweet=make_tweet(alice, audience=Audience.MENTIONED))
