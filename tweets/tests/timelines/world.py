"""What timeline tests share: posting with its event, and the truth to compare with."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from social.models import Follow
from tweets.models import TimelineEntry, Tweet
from tweets.timelines import reader
from twitterclone.lib import outbox
from twitterclone.lib.ids import SHIFT, ms_of, next_id
from twitterclone.lib.pagination import Cursor


def post(author: User, *, drain: bool = True, **fields: Any) -> int:
    """A tweet row and its event, handled at once unless told otherwise."""
    if parent := fields.get("in_reply_to"):
        fields.setdefault("in_reply_to_user_id", parent.author_id)
    content = "" if "retweet_of" in fields else "Hello"
    with transaction.atomic():
        tweet = Tweet(author=author, content=content, **fields)
        tweet.save(force_insert=True)
        outbox.emit("tweet.posted", tweet_id=tweet.pk, author_id=author.pk)
    if drain:
        outbox.drain()
    return tweet.pk


def delete(tweet_id: int, *, drain: bool = True) -> None:
    with transaction.atomic():
        Tweet.objects.filter(pk=tweet_id).update(deleted_at=timezone.now())
        outbox.emit("tweet.deleted", tweet_id=tweet_id)
    if drain:
        outbox.drain()


def history(author: User, count: int, per_ms: int = 1, minutes_ago: int = 60) -> list[int]:
    """Tweets of the past without events, newest first, `per_ms` in each millisecond."""
    start = ms_of(next_id()) - minutes_ago * 60_000
    ids = [(start + n // per_ms) << SHIFT | n % per_ms for n in range(count)]
    Tweet.objects.bulk_create([Tweet(id=pk, author=author, content="Then") for pk in ids])
    return ids[::-1]


def truth(viewer: User) -> list[int]:
    """What SQL says belongs into the viewer's home timeline, newest first."""
    entries = TimelineEntry.objects.filter(viewer=viewer).order_by("-created_at", "-id")
    return list(entries.values_list("id", flat=True))


def walk(viewer: User, limit: int = 20) -> list[int]:
    """The whole home timeline, page after page, as the reader gives it."""
    met: list[int] = []
    before = None
    while ids := reader.home_ids(viewer.pk, Cursor(before=before, limit=limit)):
        met += ids
        before = ids[-1]
    return met


def follow(follower: User, following: User, **fields: Any) -> None:
    with transaction.atomic():
        Follow.objects.create(follower=follower, following=following, **fields)
        outbox.emit("user.followed", follower_id=follower.pk, following_id=following.pk)
    outbox.drain()


def unfollow(follower: User, following: User, *, drain: bool = True) -> None:
    with transaction.atomic():
        Follow.objects.filter(follower=follower, following=following).delete()
        outbox.emit("user.unfollowed", follower_id=follower.pk, following_id=following.pk)
    if drain:
        outbox.drain()
