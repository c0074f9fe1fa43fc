"""Taking a message back, or out of one's own sight."""

from django.db import connection, transaction
from django.utils import timezone

from media.services import release_media
from messaging.models import HiddenMessage, Message, MessageMedia, Participant
from messaging.queries.access import message_for
from messaging.services.telling import hint
from social.services import lock_pair
from twitterclone.lib.errors import Forbidden

# The newest message that stands there for each person, where the one that went was it.
_MOVE_BACK = """
    UPDATE participants p SET last_message_id = coalesce((
        SELECT m.id FROM messages m
        WHERE m.conversation_id = p.conversation_id AND m.deleted_at IS NULL AND m.id > p.cleared_id
            AND NOT EXISTS (SELECT FROM hidden_messages h WHERE h.message_id = m.id AND h.user_id = p.user_id)
        ORDER BY m.id DESC LIMIT 1), 0)
    WHERE p.conversation_id = %(conversation)s AND p.user_id = ANY(%(users)s) AND p.last_message_id = %(gone)s
"""


@transaction.atomic
def delete_message(*, place: Participant, message_id: int) -> None:
    """Takes one's own message back from both, its words and pictures for good; twice is once.

    Refuses another's message (Forbidden): that can only be hidden.
    """
    lock_pair(place.user_id, place.other_id)
    message = message_for(place, message_id)
    if message.sender_id != place.user_id:
        raise Forbidden
    taken = Message.objects.filter(pk=message.pk, deleted_at=None)
    if not taken.update(deleted_at=timezone.now(), message=""):
        return
    links = MessageMedia.objects.filter(message=message)
    media_ids = list(links.values_list("media_id", flat=True))
    links.delete()
    release_media(media_ids)
    people = [place.user_id, place.other_id]
    _move_back(message, people)
    hint(people, "message.gone", message.conversation_id, id=str(message.pk))


@transaction.atomic
def hide_message(*, place: Participant, message_id: int) -> None:
    """Deletes a message for this person alone; the other keeps it. Twice is once."""
    lock_pair(place.user_id, place.other_id)
    message = message_for(place, message_id)
    HiddenMessage.objects.get_or_create(user_id=place.user_id, message=message)
    _move_back(message, [place.user_id])
    hint([place.user_id], "message.gone", message.conversation_id, id=str(message.pk))


def _move_back(message: Message, user_ids: list[int]) -> None:
    values = {"conversation": message.conversation_id, "users": user_ids, "gone": message.pk}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_BACK, values)
