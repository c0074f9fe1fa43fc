"""The figures under a tweet: steps are written as rows and rolled up, so nobody waits for a hot row."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from twitterclone.lib.ids import id_time

ROLL_UP_LIMIT = 50_000
ROLL_UP_LOCK = 7_203_102  # any number that no other advisory lock of the project uses

_SPAN = """
    SELECT min(tweet_id), max(tweet_id) FROM (
        SELECT tweet_id FROM tweet_counter_deltas ORDER BY id LIMIT %(limit)s) AS next
"""
# The bounds of tweet_id are said as times too, as literals, so that only the months between are opened.
# Steps are taken in the order they were written, so a "minus" never comes before its "plus".
_ROLL_UP = """
    WITH taken AS (
        DELETE FROM tweet_counter_deltas WHERE id IN (
            SELECT id FROM tweet_counter_deltas WHERE tweet_id BETWEEN %(first)s AND %(last)s
            ORDER BY id LIMIT %(limit)s)
        RETURNING tweet_id, kind, delta),
    sums AS (
        SELECT tweet_id,
            coalesce(sum(delta) FILTER (WHERE kind = 'likes'), 0) AS likes,
            coalesce(sum(delta) FILTER (WHERE kind = 'retweets'), 0) AS retweets,
            coalesce(sum(delta) FILTER (WHERE kind = 'replies'), 0) AS replies,
            coalesce(sum(delta) FILTER (WHERE kind = 'quotes'), 0) AS quotes
        FROM taken GROUP BY tweet_id)
    UPDATE tweets SET
        likes_count = greatest(0, likes_count + sums.likes),
        retweets_count = greatest(0, retweets_count + sums.retweets),
        replies_count = greatest(0, replies_count + sums.replies),
        quotes_count = greatest(0, quotes_count + sums.quotes)
    FROM sums
    WHERE tweets.id = sums.tweet_id AND tweets.created_at = tid_time(sums.tweet_id)
      AND tweets.created_at BETWEEN tid_time(%(first)s) AND tid_time(%(last)s)
    RETURNING tweets.id
"""
# One statement: between two, a roll-up would move steps from the one to the other.
_STEPS = """(
    SELECT ARRAY[
        coalesce(sum(delta) FILTER (WHERE kind = 'replies'), 0),
        coalesce(sum(delta) FILTER (WHERE kind = 'retweets'), 0),
        coalesce(sum(delta) FILTER (WHERE kind = 'likes'), 0),
        coalesce(sum(delta) FILTER (WHERE kind = 'quotes'), 0)]
    FROM tweet_counter_deltas WHERE tweet_id = tweets.id)
"""
_FIGURES = f"""
    SELECT id, replies_count, retweets_count, likes_count, quotes_count, {_STEPS}
    FROM tweets WHERE id = ANY(%(ids)s) AND created_at = ANY(%(times)s)
"""  # noqa: S608 -- of constants
# the figures of a row that was asked for with `steps=STEPS`, in the order of `Figures`
SEEN_FIGURES = ", ".join(
    f"greatest(0, tweets_{name}_count + steps[{place}])"
    for place, name in enumerate(("replies", "retweets", "likes", "quotes"), 1)
)
STEPS = RawSQL(_STEPS, (), output_field=ArrayField(BigIntegerField()))  # noqa: S611 -- a constant


class Figures(NamedTuple):
    """What stands under a tweet."""

    replies: int = 0
    retweets: int = 0
    likes: int = 0
    quotes: int = 0


@transaction.atomic
def roll_up_tweet_counters(limit: int = ROLL_UP_LIMIT) -> list[int]:
    """Adds the written steps to the tweets' counters and deletes them; returns the tweets it changed.

    One worker at a time: a second one returns at once. Steps of tweets that are gone are dropped, and
    no counter goes below zero.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROLL_UP_LOCK])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_SPAN, {"limit": limit})
        first, last = cursor.fetchone()
        if first is None:
            return []
        cursor.execute(_ROLL_UP, {"limit": limit, "first": first, "last": last})
        return [row[0] for row in cursor.fetchall()]


def figures_of_tweets(tweet_ids: Iterable[int]) -> dict[int, Figures]:
    """The exact figures of each tweet: what is rolled up and what is not yet, of one moment; one query."""
    ids = list(tweet_ids)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"ids": ids, "times": sorted({id_time(pk) for pk in ids})})
        return {pk: _figures(counters, steps) for pk, *counters, steps in cursor.fetchall()}


def figures_with(tweet: Any) -> Figures:
    """The exact figures of a tweet that was asked for with `steps=STEPS`; no query."""
    counters = (tweet.replies_count, tweet.retweets_count, tweet.likes_count, tweet.quotes_count)
    return _figures(counters, tweet.steps)


def _figures(counters: Iterable[int], steps: Iterable[int]) -> Figures:
    return Figures(*(max(0, counter + step) for counter, step in zip(counters, steps, strict=True)))
