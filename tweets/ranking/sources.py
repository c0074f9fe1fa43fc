"""Where For you finds tweets: one's own people, those one deals with, what these like, topics, trends.

Each source is capped and opens only the months of the window. What comes out may still hold what the reader
must not see: the facts' query decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tweets.models import Hashtag
from tweets.queries.trends import Trend
from tweets.ranking.past import Past
from twitterclone.lib.ids import CLOCKS_DIFFER, id_at

WINDOW = timedelta(days=7)
FROM_HOME, FROM_AUTHOR, FROM_FRIEND, FROM_TAG = 250, 8, 12, 25
AUTHORS, FRIENDS, TAGS = 40, 300, 15

_HOME = """
    SELECT t.id, t.retweet_of_id, t.author_id FROM timeline t
    WHERE t.viewer_id = %(viewer)s AND t.created_at >= %(since)s AND t.created_at <= %(until)s
        AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = %(viewer)s AND muted_id = t.author_id
            AND (expires_at IS NULL OR expires_at > statement_timestamp()))
    ORDER BY t.created_at DESC, t.id DESC LIMIT %(most)s
"""
_LIKED = """
    SELECT l.tweet_id, l.user_id FROM (
        SELECT following_id AS id FROM follows f JOIN users u ON u.id = f.following_id
        WHERE follower_id = %(viewer)s AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
            AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = %(viewer)s AND muted_id = u.id
                AND (expires_at IS NULL OR expires_at > statement_timestamp()))
        ORDER BY f.id DESC LIMIT %(friends)s) AS friends
    CROSS JOIN LATERAL (SELECT tweet_id, user_id FROM likes
        WHERE user_id = friends.id AND id >= %(since_id)s ORDER BY id DESC LIMIT %(most)s) AS l
    WHERE l.tweet_id >= %(since_id)s
"""
_WRITTEN = """
    SELECT t.id FROM unnest(%(authors)s::bigint[]) AS authors (id)
    CROSS JOIN LATERAL (SELECT id FROM tweets
        WHERE author_id = authors.id AND created_at >= %(since)s AND created_at <= %(until)s
            AND retweet_of_id IS NULL AND in_reply_to_id IS NULL
        ORDER BY created_at DESC LIMIT %(most)s) AS t
"""
_TAGGED = """
    SELECT t.tweet_id FROM unnest(%(tags)s::bigint[]) AS tags (id)
    CROSS JOIN LATERAL (SELECT tweet_id FROM tweet_hashtags
        WHERE hashtag_id = tags.id AND tweet_id >= %(since_id)s
        ORDER BY tweet_id DESC LIMIT %(most)s) AS t
"""


@dataclass(slots=True)
class Found:
    """Ids of tweets, who of the reader's people liked or passed on each, and the hashtags that trend."""

    ids: set[int] = field(default_factory=set)
    friends: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    trends: dict[int, str] = field(default_factory=dict)


def found_for(
    viewer_id: int, past: Past, now: datetime, rising: Sequence[Trend], popular: Sequence[int]
) -> Found:
    """What may be shown to the reader, from all sources; five queries."""
    found, since = Found(), now - WINDOW
    bounds = {"viewer": viewer_id, "since": since, "since_id": id_at(since), "until": now + CLOCKS_DIFFER}
    for entry_id, subject_id, author_id in _rows(_HOME, **bounds, most=FROM_HOME):
        found.ids.add(subject_id or entry_id)
        if subject_id and author_id != viewer_id:
            found.friends[subject_id].append(author_id)
    for tweet_id, user_id in _rows(_LIKED, **bounds, friends=FRIENDS, most=FROM_FRIEND):
        if user_id not in found.friends[tweet_id]:
            found.friends[tweet_id].append(user_id)
    found.ids.update(found.friends)
    authors = _strongest({author_id: deeds.value for author_id, deeds in past.authors.items()}, AUTHORS)
    found.ids.update(row[0] for row in _rows(_WRITTEN, **bounds, authors=authors, most=FROM_AUTHOR))
    names = {trend.key: trend.name for trend in rising}
    rows = Hashtag.objects.filter(name__in=names).values_list("pk", "name")
    found.trends = {pk: names[name] for pk, name in rows}
    tags = {*_strongest(past.hashtags, TAGS), *found.trends}
    found.ids.update(row[0] for row in _rows(_TAGGED, **bounds, tags=sorted(tags), most=FROM_TAG))
    found.ids.update(popular)
    return found


def _strongest(values: dict[int, float], most: int) -> list[int]:
    return sorted(values, key=lambda key: (-values[key], key))[:most]


def _rows(sql: str, **values: Any) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
