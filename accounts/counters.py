"""The figures on a profile: steps are written as rows and rolled up, so nobody waits for a hot row."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Sum

from accounts.models import UserCounterDelta

ROLL_UP_LIMIT = 50_000
ROLL_UP_LOCK = 7_203_101  # any number that no other advisory lock of the project uses

# Steps are taken in the order they were written, so a "minus" never comes before its "plus".
_ROLL_UP = """
    WITH taken AS (
        DELETE FROM user_counter_deltas WHERE id IN (
            SELECT id FROM user_counter_deltas ORDER BY id LIMIT %(limit)s)
        RETURNING user_id, kind, delta),
    sums AS (
        SELECT user_id,
            coalesce(sum(delta) FILTER (WHERE kind = 'followers'), 0) AS followers,
            coalesce(sum(delta) FILTER (WHERE kind = 'following'), 0) AS following,
            coalesce(sum(delta) FILTER (WHERE kind = 'tweets'), 0) AS tweets
        FROM taken GROUP BY user_id),
    rolled AS (
        UPDATE users SET
            followers_count = greatest(0, followers_count + sums.followers),
            following_count = greatest(0, following_count + sums.following),
            tweets_count = greatest(0, tweets_count + sums.tweets)
        FROM sums WHERE users.id = sums.user_id)
    SELECT count(*) FROM taken
"""


@transaction.atomic
def roll_up_user_counters(limit: int = ROLL_UP_LIMIT) -> int:
    """Adds the written steps to the users' counters and deletes them; returns how many steps it took.

    One worker at a time: a second one returns 0 at once. A counter never goes below zero.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROLL_UP_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_ROLL_UP, {"limit": limit})
        return cursor.fetchone()[0]


def pending_user_counts(user_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """What is not rolled up yet, {user id: {kind: sum}}; column plus this is the exact figure. One query."""
    steps = UserCounterDelta.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "kind")
    pending: dict[int, dict[str, int]] = {}
    for user_id, kind, total in steps.annotate(total=Sum("delta")).order_by():
        pending.setdefault(user_id, {})[kind] = total
    return pending
