"""Conversations: both sides' messages in an export, since one received them; gone with the account.

A conversation of two ends with either of them: what was said in private to somebody who is gone is kept
for nobody.
"""

from collections.abc import Iterator

from django.db.models import Q

from media.services import remove_media
from messaging.models import Conversation, Message, MessageMedia, Participant
from twitterclone.lib.belongings import BATCH, Row, erased, exported, in_batches, plain

TALKS = 20


@exported("messages")
def message_rows(user_id: int) -> Iterator[Row]:
    mine = Participant.objects.filter(user_id=user_id, left_at=None).values("conversation_id")
    for conversation in in_batches(Conversation.objects.filter(pk__in=mine), TALKS):
        said = Message.objects.filter(conversation=conversation, deleted_at=None)
        for message in in_batches(said.select_related("sender")):
            row = plain(message, "id", "conversation_id", "message", "created_at")
            yield row | {"sender": message.sender.username}


@erased("conversations")
def erase_conversations(user_id: int) -> int:
    """Messages in batches, with their media; then the conversations themselves."""
    pairs = Conversation.objects.filter(Q(low_id=user_id) | Q(high_id=user_id))
    talks = list(pairs.values_list("pk", flat=True)[:TALKS])
    said = Message.objects.filter(Q(conversation_id__in=talks) | Q(sender_id=user_id))
    if ids := list(said.values_list("pk", flat=True)[:BATCH]):
        media = list(MessageMedia.objects.filter(message_id__in=ids).values_list("media_id", flat=True))
        Message.objects.filter(pk__in=ids).delete()
        remove_media(media)
        return len(ids)
    Conversation.objects.filter(pk__in=talks).delete()
    return len(talks)
