"""Rows without surprises: what a test does not name is the plainest possible."""

from typing import Any

from accounts.models import User
from tweets.models import Mention, Retweet, Tweet


def make_tweet(author: User, content: str = "Hello", **fields: Any) -> Tweet:
    """A tweet row, with its reply's person filled in, and no event."""
    if parent := fields.get("in_reply_to"):
        fields.setdefault("in_reply_to_user", parent.author)
    mentioned = fields.pop("mentioning", [])
    tweet = Tweet.objects.create(author=author, content=content, **fields)
    Mention.objects.bulk_create([Mention(user=user, tweet=tweet) for user in mentioned])
    return tweet


def make_retweet(user: User, tweet: Tweet) -> Tweet:
    """A retweet: the row and its link."""
    row = Tweet.objects.create(author=user, retweet_of=tweet)
    Retweet.objects.create(user=user, tweet=tweet, retweet=row)
    return row
