"""Lists of conversations: the inbox, the requests, and how many are unread."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from accounts.queries import PersonCard, people_by_id
from messaging.models import Message, MessageMedia, Participant
from social.models import Block
from twitterclone.lib import prepared
from twitterclone.lib.pagination import Cursor, Slice

MOST_COUNTED = 100

_UNREAD = """
    SELECT place.id, (SELECT count(*) FROM (
        SELECT FROM messages m
        WHERE m.conversation_id = place.conversation_id AND m.id > place.last_read_id
            AND m.id > place.cleared_id AND m.sender_id <> place.user_id AND m.deleted_at IS NULL
        LIMIT %(most)s) AS few)
    FROM participants place WHERE place.id = ANY(%(places)s)
"""
# the partial index holds only what is unread: a handful of rows however large the inbox is
_CONVERSATIONS_UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM participants p JOIN conversations c ON c.id = p.conversation_id
        WHERE p.user_id = %(user)s AND p.last_message_id > p.last_read_id
            AND p.accepted_at IS NOT NULL AND p.muted_at IS NULL AND p.left_at IS NULL
            AND NOT EXISTS (SELECT FROM blocks b WHERE b.blocker_id = p.user_id
                AND b.blocked_id = c.low_id + c.high_id - p.user_id)
        LIMIT %(most)s) AS few
"""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation in a list. `id` is where the next page begins; `person` None is somebody gone."""

    id: int
    conversation_id: int
    person: PersonCard | None
    text: str
    has_media: bool
    is_own: bool
    at: datetime
    unread: int
    is_muted: bool
    is_request: bool


def inbox_page(viewer_id: int, cursor: Cursor) -> Slice[ConversationRow]:
    """The conversations the viewer has accepted, the last written in first; four queries.

    Leaves out those put away, and those with somebody the viewer has blocked.
    """
    return _page(_places(viewer_id).filter(accepted_at__isnull=False), viewer_id, cursor)


def requests_page(viewer_id: int, cursor: Cursor) -> Slice[ConversationRow]:
    """What strangers wrote and the viewer has not answered, as `inbox_page`."""
    return _page(_places(viewer_id).filter(accepted_at=None), viewer_id, cursor)


def requests_count(viewer_id: int) -> int:
    """How many requests wait, at most a hundred."""
    return len(_places(viewer_id).filter(accepted_at=None).values_list("pk")[:MOST_COUNTED])


def unread_conversations_count(user_id: int) -> int:
    """In how many conversations something is unread, at most a hundred; silenced ones do not count."""
    values = {"user": user_id, "most": MOST_COUNTED}
    return int(prepared.rows(_CONVERSATIONS_UNREAD, values, fresh=True)[0][0])


def _places(viewer_id: int) -> QuerySet[Participant]:
    other = ExpressionWrapper(
        F("conversation__low_id") + F("conversation__high_id") - viewer_id, output_field=BigIntegerField()
    )
    blocked = Block.objects.filter(blocker_id=viewer_id, blocked_id=OuterRef("with_id"))
    places = Participant.objects.filter(user_id=viewer_id, left_at=None, last_message_id__gt=0)
    return places.select_related("conversation").annotate(with_id=other).exclude(Exists(blocked))


def _page(places: QuerySet[Participant], viewer_id: int, cursor: Cursor) -> Slice[ConversationRow]:
    if cursor.before is not None:
        places = places.filter(last_message_id__lt=cursor.before)
    found = list(places.order_by("-last_message_id")[: cursor.limit + 1])
    shown = found[: cursor.limit]
    has_media = Exists(MessageMedia.objects.filter(message_id=OuterRef("pk")))
    last_ids = [place.last_message_id for place in shown]
    last = Message.objects.annotate(has_media=has_media).in_bulk(last_ids)
    people, unread = people_by_id(place.other_id for place in shown), _unread(shown)
    rows = [
        _row(place, last[place.last_message_id], people.get(place.other_id), unread[place.pk])
        for place in shown
        if place.last_message_id in last
    ]
    return Slice(rows, next=shown[-1].last_message_id if len(found) > len(shown) else None)


def _row(place: Participant, message: Message, person: PersonCard | None, unread: int) -> ConversationRow:
    return ConversationRow(
        id=place.last_message_id,
        conversation_id=place.conversation_id,
        person=person,
        text=message.message,
        has_media=message.has_media,  # type: ignore[attr-defined]
        is_own=message.sender_id == place.user_id,
        at=message.created_at,
        unread=unread,
        is_muted=place.muted_at is not None,
        is_request=place.accepted_at is None,
    )


def _unread(places: list[Participant]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"places": [place.pk for place in places], "most": MOST_COUNTED})
        return dict(cursor.fetchall())
