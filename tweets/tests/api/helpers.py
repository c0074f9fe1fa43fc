"""What the tests of the tweets' API share: a page of every kind of tweet, and asking for it."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from tweets.models import Hashtag, Tweet, TweetHashtag
from tweets.tests.factories import add_media, add_poll, make_retweet, make_tweet
from twitterclone.lib.text import hashtag_key
from twitterclone.tests.api import Program

STATUSES = "/api/v1/statuses"
NOT_FOUND = {"error": "Record not found"}
Api = Callable[..., Program]


def read(program: Program, path: str, **query: Any) -> Any:
    """The JSON of a call that succeeds."""
    answer = program.get(path, query)
    assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
    return answer.json()


def send(program: Program, path: str, data: Any = None, status: int = 200, **headers: str) -> Any:
    """The JSON that a POST answers."""
    answer = program.call("post", path, {} if data is None else data, **headers)
    assert answer.status_code == status, (path, answer.status_code, answer.content[:300])
    return answer.json()


def texts(statuses: list[dict]) -> list[str]:
    """The words of the statuses, without their paragraph."""
    return [one["content"].removeprefix("<p>").removesuffix("</p>") for one in statuses]


def ids(statuses: list[dict]) -> list[str]:
    return [one["id"] for one in statuses]


def bear(tweet: Tweet, name: str) -> Tweet:
    """Gives the tweet a hashtag."""
    tag, _ = Hashtag.objects.get_or_create(name=hashtag_key(name), defaults={"display": name})
    TweetHashtag.objects.create(hashtag=tag, tweet=tweet)
    return tweet


def make_of_every_kind(author: User, friend: User) -> Tweet:
    """One entry that holds all there is: a retweet of a reply with a picture that quotes a poll."""
    asked = make_tweet(friend, "Tea or coffee?")
    add_poll(asked)
    answered = make_tweet(friend, "What is new?")
    quoting = make_tweet(
        author, "Look @bob https://a.example/", quote_of=asked, in_reply_to=answered, mentioning=[friend]
    )
    add_media(quoting, 2)
    return make_retweet(author, quoting)
