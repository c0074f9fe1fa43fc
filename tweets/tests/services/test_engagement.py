"""Liking and retweeting."""

from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from tweets.models import CounterDelta, Like, Retweet, Tweet
from tweets.services.engagement import (
    MayNotRetweet,
    like_pressed,
    like_tweet,
    retweet,
    undo_retweet,
    unlike_pressed,
    unlike_tweet,
)
from tweets.tests.factories import make_retweet, make_tweet
from twitterclone.lib import outbox
from twitterclone.lib.errors import NotVisible

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


def test_pressed_like_is_looked_at_and_counted_in_one_statement(
    alice: User, bob: User, charlie: User, django_assert_num_queries: Callable
) -> None:
    tweet = make_tweet(alice)
    like_tweet(user=charlie, tweet=tweet)
    for press, figures in ((like_pressed, [1, 2]), (unlike_pressed, [2, 1])):
        for has_changed, likes in zip((True, False), figures, strict=True):
            with django_assert_num_queries(1):
                found = press(user=bob, tweet_id=tweet.pk)
            assert (found.tweet_id, found.figures.likes, found.has_changed) == (tweet.pk, likes, has_changed)
    assert counted(tweet, "likes") == 1
    assert Like.objects.get().user == charlie


def test_pressed_like_of_a_retweet_is_of_what_it_passes_on(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    row = make_retweet(bob, tweet)
    for press, are_liked in ((like_pressed, [tweet]), (unlike_pressed, [])):
        found = press(user=bob, tweet_id=row.pk)
        assert (found.tweet_id, found.has_changed) == (tweet.pk, True)
        assert [like.tweet for like in Like.objects.all()] == are_liked


def test_pressed_like_of_what_is_not_ones_to_see_leaves_nothing(
    alice: User, bob: User, mallory: User
) -> None:
    shut_out, secret = make_tweet(alice), make_tweet(alice, audience="mentioned")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox")
    for fan, tweet in ((mallory, shut_out), (bob, secret)):
        for press in (like_pressed, unlike_pressed):
            with pytest.raises(NotVisible):
                press(user=fan, tweet_id=tweet.pk)
    assert not Like.objects.exists()
    assert not CounterDelta.objects.exists()
    assert outbox.open_count() == 0


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
