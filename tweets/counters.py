"""The figures under a tweet: steps are written as rows and rolled up, so nobody waits for a hot row."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Sum

from tweets.models import CounterDelta, Tweet

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


def pending_counts(tweet_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """What is not rolled up yet, {tweet id: {kind: sum}}; column plus this is the exact figure. One query."""
    steps = CounterDelta.objects.filter(tweet_id__in=set(tweet_ids)).values_list("tweet_id", "kind")
    pending: dict[int, dict[str, int]] = {}
    for tweet_id, kind, total in steps.annotate(total=Sum("delta")).order_by():
        pending.setdefault(tweet_id, {})[kind] = total
    return pending


def counts_of_tweets(tweet_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """The exact replies, retweets and likes of each tweet; two queries."""
    ids = list(tweet_ids)
    kinds = ("replies", "retweets", "likes")
    columns = Tweet.objects.filter(pk__in=ids).values_list("pk", *[f"{kind}_count" for kind in kinds])
    rows, pending = list(columns), pending_counts(ids)
    return {
        pk: tuple(
            max(0, count + pending.get(pk, {}).get(kind, 0))
            for kind, count in zip(kinds, counts, strict=True)
        )
        for pk, *counts in rows
    }
