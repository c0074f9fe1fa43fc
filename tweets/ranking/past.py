"""What a person's own past says: which authors, hashtags and languages they like, answer and pass on.

Celery writes it down for those who are active; whoever was away is looked at when they read.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tweets.models import Affinity, Interest, Taste
from twitterclone.lib.ids import CLOCKS_DIFFER, id_at

log = logging.getLogger(__name__)

SPAN = timedelta(days=60)
HALF_LIFE = timedelta(days=14)
FRESH = timedelta(days=1)  # what is older is looked at anew when somebody reads
REFRESHED_EVERY = timedelta(hours=1)
ACTIVE = timedelta(days=2)
AT_ONCE = 100  # people in one transaction
AUTHORS, TAGS = 100, 50  # kept of each person
LOCK = 7_203_110  # any number that no other advisory lock of the project uses

# Everything these people did with tweets: what they wrote themselves has no author but themselves. The
# likes are found by id and the tweets by month, so that only the months of the span are opened.
_DEEDS = """
    WITH deeds AS (
        SELECT l.user_id, t.author_id, 'like' AS kind, t.id AS tweet_id, t.language, l.created_at AS at,
            t.audience = 'public' AND t.deleted_at IS NULL AND t.hidden_at IS NULL AS is_public
        FROM likes l JOIN tweets t ON t.id = l.tweet_id AND t.created_at = l.tweet_created_at
        WHERE l.user_id = ANY(%(people)s::bigint[]) AND l.id >= %(since_id)s
            AND t.created_at BETWEEN %(since)s AND %(until)s
        UNION ALL
        SELECT t.author_id, o.author_id, 'retweet', o.id, o.language, t.created_at,
            o.audience = 'public' AND o.deleted_at IS NULL AND o.hidden_at IS NULL
        FROM tweets t JOIN tweets o ON o.id = t.retweet_of_id AND o.created_at = t.retweet_of_created_at
        WHERE t.author_id = ANY(%(people)s::bigint[]) AND t.created_at BETWEEN %(since)s AND %(until)s
            AND o.created_at BETWEEN %(since)s AND %(until)s
        UNION ALL
        SELECT t.author_id, coalesce(t.in_reply_to_user_id, t.author_id),
            CASE WHEN t.in_reply_to_user_id IS NULL THEN 'own' ELSE 'reply' END,
            t.id, t.language, t.created_at,
            t.audience = 'public' AND t.hidden_at IS NULL
        FROM tweets t
        WHERE t.author_id = ANY(%(people)s::bigint[]) AND t.created_at BETWEEN %(since)s AND %(until)s
            AND t.retweet_of_id IS NULL AND t.deleted_at IS NULL),
    weighed AS (
        SELECT *, (CASE kind WHEN 'like' THEN 1.0 ELSE 2.0 END)
            * 0.5 ^ (extract(epoch FROM %(now)s::timestamptz - at) / %(half_life)s) AS worth FROM deeds)
"""
_AFFINITIES = "".join(
    (
        _DEEDS,
        """
    SELECT user_id, author_id, likes, replies, retweets, value FROM (
        SELECT user_id, author_id, count(*) FILTER (WHERE kind = 'like') AS likes,
            count(*) FILTER (WHERE kind = 'reply') AS replies,
            count(*) FILTER (WHERE kind = 'retweet') AS retweets, sum(worth)::float8 AS value,
            row_number() OVER (PARTITION BY user_id ORDER BY sum(worth) DESC, author_id) AS place
        FROM weighed WHERE author_id <> user_id GROUP BY user_id, author_id) AS each
    WHERE place <= %(authors)s
""",
    )
)
# Others are told of shared ones ("You both care about #tea"): those of tweets that are not for everybody are
# nobody's business. A private account is suggested to nobody, and its own tweets tell its own interests.
_INTERESTS = "".join(
    (
        _DEEDS,
        """
    SELECT user_id, hashtag_id, uses, value FROM (
        SELECT user_id, hashtag_id, count(*) AS uses, sum(worth)::float8 AS value,
            row_number() OVER (PARTITION BY user_id ORDER BY sum(worth) DESC, hashtag_id) AS place
        FROM weighed JOIN tweet_hashtags USING (tweet_id) JOIN users author ON author.id = author_id
        WHERE is_public AND (NOT author.is_private OR author.id = user_id)
        GROUP BY user_id, hashtag_id) AS each
    WHERE place <= %(hashtags)s
""",
    )
)
_TASTES = "".join(
    (
        _DEEDS,
        """, shares AS (
        SELECT user_id, language, sum(worth) / sum(sum(worth)) OVER (PARTITION BY user_id) AS share
        FROM weighed WHERE language <> '' GROUP BY user_id, language),
    documents AS (
        SELECT user_id, jsonb_object_agg(language, round(share, 3)) AS languages FROM shares GROUP BY user_id)
    SELECT people.id, coalesce(languages, '{}'), %(now)s::timestamptz
    FROM unnest(%(people)s::bigint[]) AS people (id) LEFT JOIN documents ON user_id = people.id
""",
    )
)
_KEEP = (
    "".join(("INSERT INTO affinities (user_id, author_id, likes, replies, retweets, value)", _AFFINITIES)),
    "".join(("INSERT INTO interests (user_id, hashtag_id, uses, value)", _INTERESTS)),
    "".join(("INSERT INTO tastes (user_id, languages, refreshed_at)", _TASTES)),
)
_STALE = """
    SELECT u.id FROM users u LEFT JOIN tastes t ON t.user_id = u.id
    WHERE u.last_active_at >= %(since)s AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
        AND (t.refreshed_at IS NULL OR t.refreshed_at < least(%(before)s, u.last_active_at))
    ORDER BY t.refreshed_at NULLS FIRST, u.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What somebody did with one author's tweets, and what that is worth today."""

    likes: int = 0
    replies: int = 0
    retweets: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Past:
    """One person's past: by author, by hashtag, and the share of each language."""

    authors: dict[int, Deeds] = field(default_factory=dict)
    hashtags: dict[int, float] = field(default_factory=dict)
    languages: dict[str, float] = field(default_factory=dict)


def past_of(user_id: int, now: datetime) -> Past:
    """As it was written down in the last day, else as it is found now; three or four queries."""
    taste = Taste.objects.filter(user_id=user_id, refreshed_at__gte=now - FRESH).first()
    if taste is None:
        return _found(user_id, now)
    affinities = Affinity.objects.filter(user_id=user_id)
    rows = affinities.values_list("author_id", "likes", "replies", "retweets", "value")
    return Past(
        {row[0]: Deeds(*row[1:]) for row in rows},
        dict(Interest.objects.filter(user_id=user_id).values_list("hashtag_id", "value")),
        taste.languages,
    )


def stale_people(now: datetime, limit: int = AT_ONCE) -> list[int]:
    """Active people who did something since their past was looked at, more than an hour ago."""
    bounds: dict[str, Any] = {"since": now - ACTIVE, "before": now - REFRESHED_EVERY, "most": limit}
    with connection.cursor() as cursor:
        cursor.execute(_STALE, bounds)
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def refresh(user_ids: Sequence[int], now: datetime) -> bool:
    """Writes these people's past down; False, and nothing is done, while another process does so."""
    values = _values(user_ids, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        for model in (Affinity, Interest, Taste):
            model._default_manager.filter(user_id__in=user_ids).delete()
        for statement in _KEEP:
            cursor.execute(statement, values)
    return True


def refresh_stale(seconds: float) -> int:
    """Goes on until nobody waits, another process is at it, or the time is over; how many were done."""
    done, end = 0, monotonic() + seconds
    while monotonic() < end:
        now = timezone.now()
        people = stale_people(now)
        if not people or not refresh(people, now):
            break
        done += len(people)
        log.info("looked at the past of %s people", done)
    return done


def _found(user_id: int, now: datetime) -> Past:
    values = _values([user_id], now)
    with connection.cursor() as cursor:
        cursor.execute(_AFFINITIES, values)
        authors = {author_id: Deeds(*deeds) for _user, author_id, *deeds in cursor.fetchall()}
        cursor.execute(_INTERESTS, values)
        hashtags = {hashtag_id: value for _user, hashtag_id, _uses, value in cursor.fetchall()}
        cursor.execute(_TASTES, values)
        languages = json.loads(cursor.fetchone()[1])
    return Past(authors, hashtags, languages)


def _values(user_ids: Sequence[int], now: datetime) -> dict[str, Any]:
    since = now - SPAN
    return {
        "people": list(user_ids),
        "since": since,
        "until": now + CLOCKS_DIFFER,
        "since_id": id_at(since),
        "now": now,
        "half_life": HALF_LIFE.total_seconds(),
        "authors": AUTHORS,
        "hashtags": TAGS,
    }
