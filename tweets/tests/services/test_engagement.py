"""Liking and retweeting."""

import pytest

from accounts.models import User
from tweets.models import CounterDelta, Like, Retweet, Tweet
from tweets.services.engagement import MayNotRetweet, like_tweet, retweet, undo_retweet, unlike_tweet
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db


def counted(tweet: Tweet, kind: str) -> int:
    return sum(CounterDelta.objects.filter(tweet_id=tweet.pk, kind=kind).values_list("delta", flat=True))


def test_like_is_counted_once_when_pressed_twice(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)

    assert like_tweet(user=bob, tweet=tweet) is True
    assert like_tweet(user=bob, tweet=tweet) is False

    assert Like.objects.filter(user=bob, tweet=tweet).count() == 1
    assert counted(tweet, "likes") == 1


def test_unlike_is_counted_once_when_pressed_twice(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    like_tweet(user=bob, tweet=tweet)

    assert unlike_tweet(user=bob, tweet=tweet) is True
    assert unlike_tweet(user=bob, tweet=tweet) is False

    assert counted(tweet, "likes") == 0


def test_retweet_makes_one_row_when_pressed_twice(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)

    assert retweet(user=bob, tweet=tweet) is True
    assert retweet(user=bob, tweet=tweet) is False

    row = Tweet.objects.get(author=bob)
    assert row.retweet_of_id == tweet.pk
    assert row.content == ""
    assert Retweet.objects.get().retweet_id == row.pk
    assert counted(tweet, "retweets") == 1


def test_undone_retweet_leaves_nothing_and_can_be_made_again(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    retweet(user=bob, tweet=tweet)

    assert undo_retweet(user=bob, tweet=tweet) is True
    assert undo_retweet(user=bob, tweet=tweet) is False
    assert not Tweet.objects.filter(author=bob).exists()
    assert counted(tweet, "retweets") == 0
    assert retweet(user=bob, tweet=tweet) is True


@pytest.mark.parametrize("audience", ["followers", "mentioned"])
def test_retweet_is_refused_when_the_tweet_is_not_for_everyone(alice: User, bob: User, audience: str) -> None:
    with pytest.raises(MayNotRetweet):
        retweet(user=bob, tweet=make_tweet(alice, audience=audience))


def test_retweet_is_refused_when_the_author_is_private(person: object, bob: User) -> None:
    private = person("hidden", is_private=True)  # type: ignore[operator]
    tweet = make_tweet(private)
    with pytest.raises(MayNotRetweet):
        retweet(user=bob, tweet=tweet)
    assert retweet(user=private, tweet=tweet) is True
