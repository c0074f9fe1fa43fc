"""The rows of the graph. A follow and its two steps of the counters are one statement: never one without."""

from collections.abc import Iterable

from django.db import connection

from twitterclone.lib.ids import next_id

Pair = tuple[int, int]

_ADD = """
    WITH changed AS (
        INSERT INTO follows (id, follower_id, following_id, show_retweets, notify)
        SELECT id, follower, following, TRUE, FALSE
        FROM unnest(%(ids)s::bigint[], %(followers)s::bigint[], %(followings)s::bigint[])
            AS wanted (id, follower, following)
        ON CONFLICT (follower_id, following_id) DO NOTHING
        RETURNING follower_id, following_id),
    steps AS (
        INSERT INTO user_counter_deltas (user_id, kind, delta)
        SELECT follower_id, 'following', 1 FROM changed
        UNION ALL SELECT following_id, 'followers', 1 FROM changed)
    SELECT follower_id, following_id FROM changed
"""
_REMOVE = """
    WITH changed AS (
        DELETE FROM follows
        USING unnest(%(followers)s::bigint[], %(followings)s::bigint[]) AS unwanted (follower, following)
        WHERE follower_id = follower AND following_id = following
        RETURNING follower_id, following_id),
    steps AS (
        INSERT INTO user_counter_deltas (user_id, kind, delta)
        SELECT follower_id, 'following', -1 FROM changed
        UNION ALL SELECT following_id, 'followers', -1 FROM changed)
    SELECT follower_id, following_id FROM changed
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_IS_PRIVATE = "SELECT is_private FROM users WHERE id = %s FOR SHARE"


def lock_pair(one_id: int, other_id: int) -> None:
    """Until the end of the transaction nobody else decides about these two: a follow cannot pass a block."""
    low, high = sorted((one_id, other_id))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"social.pair:{low}:{high}"])


def is_private_until_commit(user_id: int) -> bool:
    """Whether the account is private, and stays so until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_PRIVATE, [user_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def add_follows(pairs: Iterable[Pair]) -> list[Pair]:
    """Inserts these (follower, following) and counts them; returns those that were new."""
    wanted = list(pairs)
    return _change(_ADD, wanted, ids=[next_id() for _ in wanted])


def remove_follows(pairs: Iterable[Pair]) -> list[Pair]:
    """Deletes these (follower, following) and counts them; returns those that were there."""
    return _change(_REMOVE, list(pairs))


def _change(sql: str, pairs: list[Pair], **more: list[int]) -> list[Pair]:
    values = {
        **more,
        "followers": [follower for follower, _ in pairs],
        "followings": [following for _, following in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
