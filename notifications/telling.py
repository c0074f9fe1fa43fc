"""Telling what has rules of its own: messages, of which only the last counts, a poll's end, moderators."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from accounts.queries import people_by_id
from notifications.audience import actor_lock, hold, pair_lock, standings
from notifications.models import Type
from notifications.moving import retry_once
from notifications.rules import Occasion, is_told
from notifications.wording import message_for
from twitterclone.lib.ids import next_id
from twitterclone.lib.realtime import tell_users

# One line for each conversation: a further message moves it up and counts what waits there. A line that was
# read while its conversation was not gives way to the new one.
_MESSAGE_LINE_BEFORE = """
    DELETE FROM notifications WHERE is_read AND id = (
        SELECT notification_id FROM notification_events
        WHERE user_id = %s AND type = %s AND actor_id = %s AND tweet_id IS NULL)
"""
_MESSAGE_LINE = """
    INSERT INTO notifications_unread AS open (id, created_at, updated_at, user_id, type, group_key,
        message, actor_id, actors_count, is_read)
    VALUES (%s, clock_timestamp(), clock_timestamp(), %s, %s, %s, %s, %s, %s, false)
    ON CONFLICT (user_id, group_key) DO UPDATE SET actor_id = EXCLUDED.actor_id,
        actors_count = EXCLUDED.actors_count, message = EXCLUDED.message, updated_at = clock_timestamp()
    RETURNING id
"""
_MESSAGE_FACT = """
    INSERT INTO notification_events (id, created_at, user_id, type, actor_id, group_key, notification_id)
    VALUES (%s, now(), %s, %s, %s, %s, %s)
    ON CONFLICT ON CONSTRAINT notification_events_unique DO UPDATE SET created_at = EXCLUDED.created_at,
        group_key = EXCLUDED.group_key, notification_id = EXCLUDED.notification_id
"""
# A poll may have very many voters: all of a batch in one statement, each once however often it is run.
_EVERYBODY = """
    WITH wanted AS (
        SELECT * FROM unnest(%(facts)s::bigint[], %(lines)s::bigint[], %(users)s::bigint[],
            %(messages)s::text[]) AS w (fact, line, user_id, message)),
    fact AS (
        INSERT INTO notification_events (id, created_at, user_id, type, actor_id, tweet_id, group_key,
            notification_id)
        SELECT fact, now(), user_id, %(type)s, %(actor)s, %(tweet)s, %(group)s, line FROM wanted
        ON CONFLICT ON CONSTRAINT notification_events_unique DO NOTHING RETURNING id)
    INSERT INTO notifications_unread (id, created_at, updated_at, user_id, type, group_key, message,
        actor_id, actors_count, tweet_id, is_read)
    SELECT line, clock_timestamp(), clock_timestamp(), user_id, %(type)s, %(group)s, message, %(actor)s, 1,
        %(tweet)s, false
    FROM wanted JOIN fact ON fact.id = wanted.fact
    ON CONFLICT (user_id, group_key) DO NOTHING RETURNING user_id
"""
# What moderators decided has no actor but the one it is told to, and no fact: a group is told once.
_DECISION = """
    INSERT INTO notifications_unread (id, created_at, updated_at, user_id, type, group_key, message,
        actor_id, actors_count, tweet_id, is_read)
    SELECT %(line)s, clock_timestamp(), clock_timestamp(), %(user)s, %(type)s, %(group)s, %(message)s,
        %(user)s, 1, %(tweet)s, false
    WHERE NOT EXISTS (SELECT FROM notifications WHERE user_id = %(user)s AND group_key = %(group)s)
    ON CONFLICT (user_id, group_key) DO NOTHING RETURNING user_id
"""
_NOT_DECIDED = "DELETE FROM notifications WHERE user_id = %s AND group_key = %s RETURNING user_id"


def tell_decision(kind: Type, user_id: int, group: str, about: str, tweet_id: int | None = None) -> None:
    """Tells somebody reachable what moderators decided, once; the caller holds the lock of the thing."""
    reachable = User.objects.reachable().filter(pk=user_id)
    language = reachable.values_list("language", flat=True).first()
    if language is None:
        return
    message = message_for(kind, about, 1, language)
    values: dict[str, Any] = {"line": next_id(), "user": user_id, "type": kind, "tweet": tweet_id}
    with connection.cursor() as cursor:
        told = cursor.execute(_DECISION, {**values, "group": group, "message": message}).fetchall()
    _tick(person for (person,) in told)


def take_decision_back(user_id: int, group: str) -> None:
    """Takes the line back, read or not."""
    with connection.cursor() as cursor:
        gone = retry_once(lambda: cursor.execute(_NOT_DECIDED, [user_id, group]).fetchall())
    _tick((person for (person,) in gone), "notification.gone")


def tell_message(occasion: Occasion, waiting: dict[int, int]) -> None:
    """Tells of a message in the one line of its conversation, again each time; nobody past a block.

    `waiting` is how many messages wait for each of those whom it concerns.
    """
    pairs = [pair_lock(occasion.actor_id, user_id) for user_id in occasion.concerns]
    hold(shared=[actor_lock(occasion.actor_id), *pairs])
    sender = people_by_id([occasion.actor_id]).get(occasion.actor_id)
    if sender is None:
        return
    told = [s for s in standings(sender.id, occasion.concerns) if is_told(occasion, sender, s)]
    for standing in told:
        count = waiting[standing.user_id]
        words = message_for(occasion.type, sender.display_name, count, standing.language)
        with connection.cursor() as cursor:
            before: list[Any] = [standing.user_id, occasion.type, sender.id]
            retry_once(partial(cursor.execute, _MESSAGE_LINE_BEFORE, before))
        values: list[Any] = [next_id(), standing.user_id, occasion.type, occasion.group_key, words, sender.id]
        line = retry_once(partial(_one, _MESSAGE_LINE, [*values, count]))
        fact: list[Any] = [next_id(), standing.user_id, occasion.type, sender.id, occasion.group_key, line]
        with connection.cursor() as cursor:
            cursor.execute(_MESSAGE_FACT, fact)
    _tick(standing.user_id for standing in told)


def tell_everybody(occasion: Occasion) -> None:
    """Tells all whom it concerns, the actor too, each once: of something that happened by itself."""
    hold(shared=[actor_lock(occasion.actor_id)])
    actor = people_by_id([occasion.actor_id]).get(occasion.actor_id)
    if actor is None or occasion.tweet is None:
        return
    told = [
        (
            s.user_id,
            message_for(occasion.type, "" if s.user_id == actor.id else actor.display_name, 1, s.language),
        )
        for s in standings(actor.id, occasion.concerns)
        if s.user_id == actor.id or is_told(occasion, actor, s)
    ]
    values = {
        "facts": [next_id() for _ in told],
        "lines": [next_id() for _ in told],
        "users": [user_id for user_id, _ in told],
        "messages": [message for _, message in told],
        "type": occasion.type,
        "actor": actor.id,
        "tweet": occasion.tweet.pk,
        "group": occasion.group_key,
    }
    with connection.cursor() as cursor:
        _tick(user_id for (user_id,) in cursor.execute(_EVERYBODY, values).fetchall())


def _one(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        return cursor.execute(sql, values).fetchone()[0]


def _tick(user_ids: Iterable[int], kind: str = "notification.new") -> None:
    people = sorted(set(user_ids))
    if people:
        transaction.on_commit(partial(tell_users, people, {"type": kind}))
