"""A seeded world that is taken back in time, step by step: what comes later is really not there."""

from collections import defaultdict
from datetime import datetime

from django.db import connection

from twitterclone.lib.ids import id_at
from twitterclone.seeding.recount import recount

Likes = dict[int, set[int]]  # by person, the tweets

_LATER = """
    SELECT user_id, tweet_id FROM likes
    WHERE created_at >= %s AND tweet_id < %s AND tweet_id >= %s
"""
# what points at tweets goes before them
_TABLES = (
    "likes", "bookmarks", "mentions", "tweet_hashtags", "retweets", "tweets", "follows", "follow_requests",
    "blocks", "mutes",
)  # fmt: skip


def likes_after(moment: datetime, since: datetime) -> Likes:
    """What people like from the moment on, of what was written between `since` and the moment."""
    found: Likes = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [moment, id_at(moment), id_at(since)])
        for user_id, tweet_id in cursor.fetchall():
            found[user_id].add(tweet_id)
    return found


def go_back_to(moment: datetime) -> None:
    """Deletes whatever happened from the moment on, and counts again. For worlds that are thrown away."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE created_at >= %s", [moment])  # noqa: S608 -- constants
        cursor.execute("UPDATE tweets SET deleted_at = NULL WHERE deleted_at >= %s", [moment])
    recount()
