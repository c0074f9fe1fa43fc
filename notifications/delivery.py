"""Telling and taking back: the facts, the lines they are folded into, and the tick after the commit.

A fact is written once (its unique key), so telling twice is telling once. A line that is unread takes in
further facts of its group; when it was read, the next fact begins a new one. Taking a fact back shrinks
the line it was told in, read or not, and removes an empty one.
"""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.queries import PersonCard, people_by_id
from notifications.audience import actor_lock, hold, pair_lock, standings
from notifications.models import Type
from notifications.moving import retry_once
from notifications.rules import Occasion, Standing, is_told
from notifications.wording import message_for
from twitterclone.lib.ids import next_id
from twitterclone.lib.realtime import tell_users

BATCH = 1000

_FACT = """
    INSERT INTO notification_events (id, created_at, user_id, type, actor_id, tweet_id, group_key)
    VALUES (%s, now(), %s, %s, %s, %s, %s)
    ON CONFLICT ON CONSTRAINT notification_events_unique DO NOTHING RETURNING id
"""
_LINE = """
    WITH line AS (
        INSERT INTO notifications_unread AS open (id, created_at, updated_at, user_id, type, group_key,
            message, actor_id, actors_count, tweet_id, is_read)
        VALUES (%s, clock_timestamp(), clock_timestamp(), %s, %s, %s, %s, %s, 1, %s, false)
        ON CONFLICT (user_id, group_key) DO UPDATE SET actors_count = open.actors_count + 1,
            actor_id = EXCLUDED.actor_id, updated_at = clock_timestamp()
        RETURNING id, actors_count),
    told AS (UPDATE notification_events e SET notification_id = line.id FROM line WHERE e.id = %s)
    SELECT id, actors_count FROM line
"""
_READ_LINE = """
    WITH line AS (
        INSERT INTO notifications (id, created_at, updated_at, user_id, type, group_key,
            message, actor_id, actors_count, tweet_id, is_read, read_at)
        VALUES (%s, clock_timestamp(), clock_timestamp(), %s, %s, %s, %s, %s, 1, %s, true, clock_timestamp())
        RETURNING id)
    UPDATE notification_events e SET notification_id = line.id FROM line WHERE e.id = %s
"""
_WORDS = "UPDATE notifications_unread SET message = %s WHERE id = %s"
_TAKE = "DELETE FROM notification_events WHERE {condition} RETURNING notification_id, user_id"
_FORGET = """
    WITH shown AS (
        SELECT id, notification_id FROM notification_events
        WHERE user_id = %(user)s AND notification_id IS NOT NULL
            AND (%(fact)s::bigint IS NULL OR id = %(fact)s)
        ORDER BY id LIMIT %(batch)s FOR UPDATE)
    UPDATE notification_events e SET notification_id = NULL FROM shown WHERE e.id = shown.id
    RETURNING shown.notification_id
"""
_LOCK = "SELECT id FROM notifications WHERE id = ANY(%s) ORDER BY user_id, id FOR UPDATE"
_LEFT = """
    SELECT n.id, n.type, u.language, told.count, latest.actor_id,
        coalesce(s.query, a.display_name), CASE WHEN n.type = 'search' AND s.id IS NULL THEN n.message END
    FROM notifications n
    JOIN users u ON u.id = n.user_id
    CROSS JOIN LATERAL (SELECT count(*) FROM notification_events WHERE notification_id = n.id) AS told
    LEFT JOIN LATERAL (SELECT actor_id FROM notification_events WHERE notification_id = n.id
        ORDER BY id DESC LIMIT 1) AS latest ON true
    LEFT JOIN users a ON a.id = latest.actor_id
    LEFT JOIN saved_searches s
        ON s.id = CASE n.type WHEN 'search' THEN split_part(n.group_key, ':', 2)::bigint END
    WHERE n.id = ANY(%s)
"""
_EMPTY = "DELETE FROM notifications WHERE id = ANY(%s)"
_EMPTY_OF = """
    DELETE FROM notifications n WHERE user_id = %s
        AND NOT EXISTS (SELECT FROM notification_events WHERE notification_id = n.id)
"""
_SHRUNK = """
    UPDATE notifications n SET actors_count = v.count, actor_id = v.actor_id, message = v.message
    FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::text[]) AS v (id, count, actor_id, message)
    WHERE n.id = v.id
"""


def tell(occasion: Occasion, *, quietly: bool = False, as_read: bool = False) -> None:
    """Tells whom the occasion concerns and who may be told, each once.

    `quietly` only writes it down, or in a line of its own that is read (`as_read`).
    """
    concerned = sorted(set(occasion.concerns) - {occasion.actor_id})
    if not concerned:
        return
    pairs = [pair_lock(occasion.actor_id, user_id) for user_id in concerned]
    hold(shared=[actor_lock(occasion.actor_id), *pairs])
    actor = people_by_id([occasion.actor_id]).get(occasion.actor_id)
    if actor is None:
        return
    told = [s for s in standings(actor.id, concerned) if is_told(occasion, actor, s)]
    fresh = [s.user_id for s in told if _record(occasion, actor, s, quietly, as_read)]
    _tick(fresh, "notification.new")


def withdraw(kind: str, *, user_id: int, actor_id: int, tweet_id: int | None = None) -> bool:
    """Takes one fact back; False when it was never told."""
    condition = "user_id = %s AND type = %s AND actor_id = %s AND tweet_id IS NOT DISTINCT FROM %s"
    return _take(condition, [user_id, kind, actor_id, tweet_id])


def withdraw_group(kind: str, *, user_id: int, group_key: str) -> bool:
    """Takes back what this user was told in a group; False when there is none."""
    return _take("user_id = %s AND type = %s AND group_key = %s", [user_id, kind, group_key])


def withdraw_tweets(tweet_ids: Collection[int]) -> None:
    """Takes everything back that was told of tweets, and their lines; a search's line may hold others too.

    That moderators hid one stays told.
    """
    ids = list(tweet_ids)
    _take("tweet_id = ANY(%s) AND type = %s", [ids, Type.SEARCH])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notification_events WHERE tweet_id = ANY(%s)", [ids])
        gone = "DELETE FROM notifications WHERE tweet_id = ANY(%s) AND type <> %s RETURNING user_id"
        people = retry_once(lambda: cursor.execute(gone, [ids, Type.HIDDEN]).fetchall())
    _tick([user_id for (user_id,) in people], "notification.gone")


def withdraw_actor(actor_id: int, user_id: int | None = None) -> None:
    """Takes back all that somebody did, or all that one user was told of it."""
    condition = "actor_id = %s AND (%s::bigint IS NULL OR user_id = %s)"
    batch = f"id IN (SELECT id FROM notification_events WHERE {condition} LIMIT {BATCH})"  # noqa: S608
    while _take(batch, [actor_id, user_id, user_id]):
        pass


def forget(user_id: int, fact_id: int | None = None) -> int:
    """Takes a fact, or all of a user's, out of what they are shown; returns how many.

    The facts stay written down, so none of them is told again.
    """
    total, batch = 0, BATCH
    while batch == BATCH:
        values = {"user": user_id, "fact": fact_id, "batch": BATCH}
        with transaction.atomic(), connection.cursor() as cursor:
            lines = [line for (line,) in cursor.execute(_FORGET, values).fetchall()]
            if lines:
                retry_once(partial(_shrink, sorted(set(lines))))
                _tick([user_id], "notification.gone")
        batch = len(lines)
        total += batch
    if fact_id is None:
        _drop_lines_of(user_id)
    return total


def _record(occasion: Occasion, actor: PersonCard, standing: Standing, quietly: bool, as_read: bool) -> bool:
    """Writes the fact and its line; False when it was known, or is not to be told."""
    tweet_id = occasion.tweet.pk if occasion.tweet else None
    fact = next_id()
    values = [fact, standing.user_id, occasion.type, actor.id, tweet_id, occasion.group_key]
    name = occasion.about or actor.display_name
    with connection.cursor() as cursor:
        if cursor.execute(_FACT, values).fetchone() is None or (quietly and not as_read):
            return False
        message = message_for(occasion.type, name, 1, standing.language)
        line: list[Any] = [next_id(), standing.user_id, occasion.type, occasion.group_key]
        line += [message, actor.id, None if occasion.about else tweet_id, fact]
        if quietly:
            cursor.execute(_READ_LINE, line)
            return False
        identifier, count = retry_once(lambda: cursor.execute(_LINE, line).fetchone())
        if count > 1:
            message = message_for(occasion.type, name, count, standing.language)
            cursor.execute(_WORDS, [message, identifier])
    return True


def _take(condition: str, values: list[Any]) -> bool:
    with connection.cursor() as cursor:
        taken = cursor.execute(_TAKE.format(condition=condition), values).fetchall()
    lines = sorted({line for line, _ in taken if line is not None})
    if lines:
        retry_once(partial(_shrink, lines))
        _tick([user_id for line, user_id in taken if line is not None], "notification.gone")
    return bool(taken)


def _drop_lines_of(user_id: int) -> None:
    """Lines without facts: what moderators decided."""
    with connection.cursor() as cursor:
        retry_once(lambda: cursor.execute(_EMPTY_OF, [user_id]))


def _shrink(lines: list[int]) -> None:
    """Makes the lines say what is left of their facts."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [lines])
        rows = cursor.execute(_LEFT, [lines]).fetchall()
        empty = [row[0] for row in rows if row[3] == 0]
        left = [
            (line, count, actor, words or message_for(kind, name, count, language))
            for line, kind, language, count, actor, name, words in rows
            if count
        ]
        if empty:
            cursor.execute(_EMPTY, [empty])
        if left:
            cursor.execute(_SHRUNK, [list(column) for column in zip(*left, strict=True)])


def _tick(user_ids: Iterable[int], kind: str) -> None:
    people = sorted(set(user_ids))
    if people:
        transaction.on_commit(partial(tell_users, people, {"type": kind}))
