"""Reading: a line is read once, and what arrives meanwhile stays unread."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from notifications import delivery
from notifications.moving import retry_once
from twitterclone.lib.realtime import tell_users

BATCH = 1000

_READ = """
    UPDATE notifications SET is_read = true, read_at = clock_timestamp()
    WHERE NOT is_read AND updated_at <= %(until)s AND user_id = %(user)s AND id IN (
        SELECT id FROM notifications WHERE user_id = %(user)s AND NOT is_read AND updated_at <= %(until)s
            AND (%(id)s::bigint IS NULL OR id = %(id)s)
        ORDER BY id LIMIT %(batch)s)
"""


def mark_read(*, user_id: int, notification_id: int) -> bool:
    """Marks one line of this user as read; False when it is read already, or not theirs."""
    return _mark(user_id, timezone.now(), notification_id) > 0


def mark_all_read(*, user_id: int, until: datetime | None = None) -> int:
    """Marks what was last added to at or before `until` (default: by now) as read; returns how many lines."""
    moment, total = until or timezone.now(), 0
    while read := _mark(user_id, moment):
        total += read
    return total


def dismiss_notification(*, user_id: int, fact_id: int) -> bool:
    """Takes one thing out of what this user is shown; False when it is not there. It is not told again."""
    return delivery.forget(user_id, fact_id) > 0


def clear_notifications(*, user_id: int) -> int:
    """Takes everything out of what this user is shown; returns how much. None of it is told again."""
    return delivery.forget(user_id)


def _mark(user_id: int, until: datetime, notification_id: int | None = None) -> int:
    values: dict[str, int | datetime | None] = {
        "user": user_id,
        "until": until,
        "id": notification_id,
        "batch": BATCH,
    }

    def update() -> int:
        with connection.cursor() as cursor:
            return cursor.execute(_READ, values).rowcount

    read = retry_once(update)
    if read:
        tell_users([user_id], {"type": "notification.read"})
    return read
