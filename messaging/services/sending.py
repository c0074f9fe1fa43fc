"""Writing to somebody."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Coalesce, Now

from accounts.models import User
from media.services import claim_media
from messaging.models import Conversation, Message, MessageMedia, Participant
from messaging.queries.access import Standing, standing_to
from messaging.rules import MOST_PICTURES, MOST_UNANSWERED, TEXT_LENGTH, Way
from messaging.services.refusals import (
    AwaitsAnswer,
    EmptyMessage,
    HaveBlocked,
    MayNotMessage,
    MessageTooLong,
    MessageToOneself,
)
from messaging.services.telling import hint
from social.services import lock_pair
from twitterclone.lib import limits, outbox
from twitterclone.lib.ids import next_id
from twitterclone.lib.text import is_blank, normalise

TRIES = 100  # milliseconds a message waits for its id to be greater than the one before


@transaction.atomic
def send_message(
    *,
    sender: User,
    recipient_id: int,
    text: str,
    media_ids: Sequence[int] = (),
    client_id: UUID | None = None,
) -> Message:
    """Stores a message in the conversation of the two, which begins with it; a client_id used before
    returns the first message.

    A stranger's waits among the requests; answering one accepts it. Everything is looked at again here,
    under the lock that a block takes: refuses where a block, a suspension or the recipient's setting
    stands between (MayNotMessage, HaveBlocked), a further message before an answer (AwaitsAnswer), text
    that is blank without pictures (EmptyMessage) or too long (MessageTooLong), what `claim_media` refuses,
    and too many in a short time (RateLimited).
    """
    content = accepted_text(text, may_be_blank=bool(media_ids))
    key = client_id or uuid4()
    lock_pair(sender.pk, recipient_id)
    if (sent := Message.objects.filter(sender=sender, client_id=key).first()) is not None:
        return sent
    standing = _checked(sender, recipient_id)
    conversation, own, others = _places(sender.pk, recipient_id)
    _check_pace(sender, conversation, standing)
    message = Message(
        id=_id_after(conversation), conversation=conversation, sender=sender, client_id=key, message=content
    )
    # a send to somebody else with the same key holds another lock: the second one yields here
    Message.objects.bulk_create([message], ignore_conflicts=True)
    stored = Message.objects.get(sender=sender, client_id=key)
    if stored.pk == message.pk:
        _attach(sender, stored, media_ids)
        _move(stored, own, others, straight=standing.way == Way.STRAIGHT)
        outbox.emit("message.sent", message_id=stored.pk, conversation_id=conversation.pk)
        hint((sender.pk, recipient_id), "message.new", conversation.pk)
    return stored


def accepted_text(text: str, *, may_be_blank: bool = False) -> str:
    """The text as it is stored; refuses what may not be sent (EmptyMessage, MessageTooLong)."""
    if len(text) > 2 * TEXT_LENGTH:  # before anything walks through it
        raise MessageTooLong
    content = normalise(text).strip()
    if is_blank(content):
        if may_be_blank:
            return ""
        raise EmptyMessage
    if len(content) > TEXT_LENGTH:
        raise MessageTooLong
    return content


def _checked(sender: User, recipient_id: int) -> Standing:
    """How the message arrives, after a last look at both people, their block and the setting."""
    if sender.pk == recipient_id:
        raise MessageToOneself
    people = User.objects.reachable().in_bulk([sender.pk, recipient_id])
    if len(people) < 2:
        raise MayNotMessage
    standing = standing_to(sender.pk, people[recipient_id])
    if standing.relation.blocking:
        raise HaveBlocked
    if standing.way == Way.CLOSED:
        raise MayNotMessage
    return standing


def _places(sender_id: int, recipient_id: int) -> tuple[Conversation, Participant, Participant]:
    """The conversation and both places in it, made now if need be; the lock is held."""
    low, high = sorted((sender_id, recipient_id))
    conversation, _is_new = Conversation.objects.get_or_create(low_id=low, high_id=high)
    own, others = (
        Participant.objects.get_or_create(conversation=conversation, user_id=user_id)[0]
        for user_id in (sender_id, recipient_id)
    )
    return conversation, own, others


def _check_pace(sender: User, conversation: Conversation, standing: Standing) -> None:
    if standing.way == Way.REQUEST:
        count = Message.objects.filter(conversation=conversation, sender=sender).count()
        if count >= MOST_UNANSWERED:
            raise AwaitsAnswer
        if count == 0:
            limits.check("message-request", sender.pk)
    limits.check("message", sender.pk)


def _id_after(conversation: Conversation) -> int:
    """An id above those of the conversation: whoever asks for what is after one never misses another."""
    rows = Message.objects.filter(conversation=conversation).order_by("-pk")
    newest = rows.values_list("pk", flat=True).first() or 0
    for _try in range(TRIES):
        if (identifier := next_id()) > newest:
            break
        time.sleep(0.001)  # another process is ahead by a moment
    return max(identifier, newest + 1)


def _attach(sender: User, message: Message, media_ids: Sequence[int]) -> None:
    taken = claim_media(owner=sender, ids=media_ids, most=MOST_PICTURES) if media_ids else []
    MessageMedia.objects.bulk_create(
        [MessageMedia(message=message, media=media, position=place) for place, media in enumerate(taken)]
    )


def _move(message: Message, own: Participant, others: Participant, *, straight: bool) -> None:
    """Brings the conversation up for both; who writes has read and accepted it."""
    accepted = Coalesce("accepted_at", Now())
    place: dict[str, Any] = {"last_message_id": message.pk, "left_at": None}
    changes = {
        own.pk: {**place, "last_read_id": message.pk, "accepted_at": accepted},
        others.pk: {**place, "accepted_at": accepted} if straight else place,
    }
    for pk in sorted(changes):
        Participant.objects.filter(pk=pk).update(**changes[pk])
    Conversation.objects.filter(pk=message.conversation_id).update(last_message_at=message.created_at)
