"""Whom each kind concerns, and into which line it goes."""

import pytest

from notifications import notifiers
from notifications.models import Type
from tweets.models import Tweet

pytestmark = pytest.mark.unit


def a_tweet(**fields: object) -> Tweet:
    return Tweet(id=7, author_id=1, **fields)


def test_like_and_retweet_concern_the_author_and_fold_by_tweet() -> None:
    like, retweet = notifiers.of_like(a_tweet(), 2), notifiers.of_retweet(a_tweet(), 2)
    assert (like.type, like.actor_id, like.concerns, like.group_key) == (Type.LIKE, 2, (1,), "like:7")
    assert (retweet.type, retweet.concerns, retweet.group_key) == (Type.RETWEET, (1,), "retweet:7")


def test_follows_fold_into_one_line_and_requests_into_another() -> None:
    assert notifiers.of_follow(2, 1).group_key == notifiers.of_follow(3, 1).group_key == "follow"
    assert notifiers.of_follow_request(2, 1).group_key == "follow_request"
    assert notifiers.of_follow(2, 1).concerns == (1,)


def test_tweet_tells_each_person_once_reply_before_quote_before_mention() -> None:
    tweet = a_tweet(in_reply_to_user_id=2)
    told = {occasion.type: occasion.concerns for occasion in notifiers.of_tweet(tweet, 3, [5, 4, 3, 2])}
    assert told == {Type.REPLY: (2,), Type.QUOTE: (3,), Type.MENTION: (4, 5)}


def test_plain_tweet_tells_nobody() -> None:
    assert list(notifiers.of_tweet(a_tweet(), None, [])) == []
