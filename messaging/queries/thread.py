"""One conversation: who it is with, and its messages, read both ways."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.queries import PersonCard, ids_of_usernames, person_card
from media.queries import MediaCard, media_card
from messaging.models import Message, MessageMedia, Participant
from messaging.queries.access import (
    conversation_between,
    messages_seen_in,
    standing_to,
    tell_each_other_reading,
)
from messaging.rules import Way
from social.rules import Relation
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.text import mentioned_usernames

PAGE = 40


@dataclass(frozen=True, slots=True)
class MessageCard:
    """A message as it is shown; `client_id` lets its sender's page know it again."""

    id: int
    sender_id: int
    is_own: bool
    text: str
    mentions: frozenset[str]
    media: tuple[MediaCard, ...]
    created_at: datetime
    is_deleted: bool
    client_id: str


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """Messages in the order they were written. `older` and `newer` say where to go on, None at an end;
    `seen_id` is the viewer's last message if the other has read it, else 0."""

    items: list[MessageCard]
    older: int | None
    newer: int | None
    seen_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class ConversationCard:
    """The head of a conversation; `id` is None while nothing was written. `person` None is somebody gone."""

    id: int | None
    person: PersonCard | None
    relation: Relation
    way: str
    is_request: bool
    is_muted: bool
    is_unread: bool

    @property
    def can_write(self) -> bool:
        return self.way != Way.CLOSED


def messages_page(place: Participant, cursor: Cursor) -> MessagesPage:
    """The messages before or after an id, else the newest, oldest first; six queries at most.

    With `after` the ones right after it: whoever asks again from the last one misses none.
    """
    rows = messages_seen_in(place)
    if cursor.after is not None:
        found = list(rows.filter(pk__gt=cursor.after).order_by("pk")[: cursor.limit + 1])
        shown = found[: cursor.limit]
        older, has_newer = cursor.after + 1, len(found) > len(shown)
    else:
        if cursor.before is not None:
            rows = rows.filter(pk__lt=cursor.before)
        found = list(rows.order_by("-pk")[: cursor.limit + 1])
        shown = found[: cursor.limit][::-1]
        older = shown[0].pk if len(found) > len(shown) else 0
        has_newer = cursor.before is not None and bool(shown)
    return MessagesPage(
        items=_cards(place.user_id, shown),
        older=older or None,
        newer=shown[-1].pk if has_newer else None,
        seen_id=_seen_id(place),
        last_id=shown[-1].pk if shown else cursor.after or 0,
    )


def conversation_card(place: Participant) -> ConversationCard:
    """What stands above and below the messages; three queries."""
    return _head(place.user_id, User.objects.filter(pk=place.other_id).first(), place)


def conversation_card_with(viewer_id: int, user: User) -> ConversationCard:
    """The same with somebody the viewer may not have written to yet."""
    conversation = conversation_between(viewer_id, user.pk)
    place = None
    if conversation is not None:
        places = Participant.objects.select_related("conversation")
        place = places.filter(conversation=conversation, user_id=viewer_id).first()
    return _head(viewer_id, user, place)


def _head(viewer_id: int, other: User | None, place: Participant | None) -> ConversationCard:
    standing = standing_to(viewer_id, other) if other else None
    return ConversationCard(
        id=place.conversation_id if place else None,
        person=person_card(other) if other and other.is_reachable else None,
        relation=standing.relation if standing else Relation(),
        way=standing.way if standing else Way.CLOSED,
        is_request=bool(place and place.accepted_at is None and place.left_at is None),
        is_muted=bool(place and place.muted_at),
        is_unread=bool(place and place.last_message_id > place.last_read_id),
    )


def _cards(viewer_id: int, rows: list[Message]) -> list[MessageCard]:
    media = _media([row.pk for row in rows])
    names = {row.pk: mentioned_usernames(row.message) for row in rows}
    known = ids_of_usernames(name for some in names.values() for name in some)
    return [
        MessageCard(
            id=row.pk,
            sender_id=row.sender_id,
            is_own=row.sender_id == viewer_id,
            text=row.message,
            mentions=frozenset(name for name in names[row.pk] if name in known),
            media=tuple(media[row.pk]),
            created_at=row.created_at,
            is_deleted=row.deleted_at is not None,
            client_id=str(row.client_id) if row.sender_id == viewer_id else "",
        )
        for row in rows
    ]


def _media(message_ids: Iterable[int]) -> dict[int, list[MediaCard]]:
    found: dict[int, list[MediaCard]] = defaultdict(list)
    links = MessageMedia.objects.filter(message_id__in=list(message_ids)).select_related("media")
    for link in links.order_by("message_id", "position"):
        found[link.message_id].append(media_card(link.media))
    return found


def _seen_id(place: Participant) -> int:
    """The viewer's last message, when the other has read it and both tell each other so."""
    own = messages_seen_in(place).filter(sender_id=place.user_id, deleted_at=None).order_by("-pk")
    last = own.values_list("pk", flat=True).first() or 0
    others = Participant.objects.filter(
        conversation_id=place.conversation_id, user_id=place.other_id, accepted_at__isnull=False
    )
    read = others.values_list("last_read_id", flat=True).first() or 0
    is_told = tell_each_other_reading(place.user_id, place.other_id)
    return last if last and read >= last and is_told else 0
