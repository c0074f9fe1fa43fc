"""What a person does with their side of a conversation: accept, decline, read, silence, put away."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.models import Message, Participant
from messaging.queries.access import conversation_for, standing_to, tell_each_other_reading
from messaging.services.telling import hint
from social.services import lock_pair
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError


class AlreadyAccepted(DomainError):
    code = "already_accepted"
    message = _("You have accepted this conversation already. You can delete it instead.")


@transaction.atomic
def accept_conversation(*, user_id: int, conversation_id: int) -> None:
    """Takes a request into the inbox; doing it twice is doing it once."""
    place = conversation_for(user_id, conversation_id)
    accepted = Participant.objects.filter(pk=place.pk, accepted_at=None).update(accepted_at=timezone.now())
    if accepted:
        hint([user_id], "message.read", place.conversation_id)


@transaction.atomic
def decline_conversation(*, user_id: int, conversation_id: int) -> None:
    """Deletes a request, who sent it is not told; refuses what is no request any more (AlreadyAccepted)."""
    if conversation_for(user_id, conversation_id).accepted_at is not None:
        raise AlreadyAccepted
    leave_conversation(user_id=user_id, conversation_id=conversation_id)


@transaction.atomic
def leave_conversation(*, user_id: int, conversation_id: int) -> None:
    """Deletes the conversation for this person alone. If the other writes again, it begins anew: as their
    first message would arrive by now, and with nothing of before."""
    place = conversation_for(user_id, conversation_id)
    lock_pair(user_id, place.other_id)
    newest = Message.objects.filter(conversation_id=place.conversation_id).order_by("-pk")
    last = newest.values_list("pk", flat=True).first() or 0
    Participant.objects.filter(pk=place.pk).update(
        left_at=timezone.now(), accepted_at=None, muted_at=None, cleared_id=last, last_read_id=last
    )
    outbox.emit("conversation.read", conversation_id=place.conversation_id, user_id=user_id)
    hint([user_id], "message.read", place.conversation_id)


@transaction.atomic
def mute_conversation(*, user_id: int, conversation_id: int) -> None:
    """Silences it: no number, no notification. It stays in the inbox."""
    place = conversation_for(user_id, conversation_id)
    Participant.objects.filter(pk=place.pk, muted_at=None).update(muted_at=timezone.now())
    hint([user_id], "message.read", place.conversation_id)


@transaction.atomic
def unmute_conversation(*, user_id: int, conversation_id: int) -> None:
    """Lifts the silence. Nothing happens when there is none."""
    place = conversation_for(user_id, conversation_id)
    Participant.objects.filter(pk=place.pk).update(muted_at=None)
    hint([user_id], "message.read", place.conversation_id)


@transaction.atomic
def mark_read(*, user_id: int, conversation_id: int, until: int) -> bool:
    """Notes that everything up to this message is read; False when that was known.

    Never goes back, whichever of two tabs is later, and never beyond the newest message. Reading a request
    leaves no trace. The other is told when both show what they have read.
    """
    place = conversation_for(user_id, conversation_id)
    moved = Participant.objects.filter(
        pk=place.pk,
        accepted_at__isnull=False,
        last_read_id__lt=Least(Value(until), F("last_message_id")),
    ).update(last_read_id=Least(Value(until), F("last_message_id")))
    if not moved:
        return False
    outbox.emit("conversation.read", conversation_id=place.conversation_id, user_id=user_id)
    told = [user_id]
    if tell_each_other_reading(user_id, place.other_id):
        told.append(place.other_id)
    hint(told, "message.read", place.conversation_id)
    return True


def tell_typing(*, user: User, conversation_id: int) -> bool:
    """Shows the other for a moment that this person writes; nothing is stored. False when it is not told.

    Only between two who have accepted each other, and past no block. Refuses too much (RateLimited).
    """
    place = conversation_for(user.pk, conversation_id)
    limits.check("typing", user.pk)
    other = User.objects.reachable().filter(pk=place.other_id).first()
    if other is None or place.accepted_at is None:
        return False
    standing = standing_to(user.pk, other)
    if not standing.has_accepted or standing.relation.is_blocked:
        return False
    hint([other.pk], "message.typing", place.conversation_id)
    return True
