"""Feeds that are read from PostgreSQL alone: everyone's newest tweets."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tweets.models import Audience, Tweet
from tweets.queries.cards import TweetCard, cards_for
from twitterclone.lib.ids import id_time
from twitterclone.lib.pagination import Cursor, Slice

# a list is looked for in the newest days first and wider only while it is not full: each window opens
# only the months it reaches
WINDOWS = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=180), None)


def public_page(viewer_id: int | None, cursor: Cursor) -> Slice[TweetCard]:
    """Everyone's public tweets, newest first, without replies and retweets."""

    def query(since: datetime | None) -> QuerySet[Tweet]:
        tweets = Tweet.objects.visible().filter(
            audience=Audience.PUBLIC,
            in_reply_to=None,
            retweet_of=None,
            author__is_private=False,
            author__suspended_at=None,
            author__deactivated_at=None,
        )
        if since is not None:
            tweets = tweets.filter(created_at__gte=since)
        if cursor.before is not None:
            tweets = tweets.filter(pk__lt=cursor.before)
        return tweets.newest_first()

    ids = widening(query, cursor)
    cards = cards_for(viewer_id, ids, hide_muted=True)
    return Slice(cards, next=ids[-1] if len(ids) == cursor.limit else None)


def widening(query: Callable[[datetime | None], QuerySet[Tweet]], cursor: Cursor) -> list[int]:
    """Ids of the first page that a widening window fills; the last window is all of time."""
    newest = id_time(cursor.before) if cursor.before is not None else timezone.now()
    for window in WINDOWS:
        since = newest - window if window is not None else None
        ids = list(query(since).values_list("pk", flat=True)[: cursor.limit])
        if len(ids) == cursor.limit or since is None:
            return ids
    return []
