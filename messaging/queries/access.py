"""Who may open a conversation, and whether one may write in it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from messaging.models import Conversation, Message, Participant
from messaging.rules import Way, way_to
from social.queries import relation_between
from social.rules import Relation
from twitterclone.lib.errors import NotVisible


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to another as a correspondent; `has_accepted` is of the other."""

    way: Way
    relation: Relation
    has_accepted: bool


def conversation_for(viewer_id: int, conversation_id: int) -> Participant:
    """The viewer's place in a conversation of two, with the conversation; NotVisible for everybody else."""
    places = Participant.objects.select_related("conversation")
    place = places.filter(
        conversation_id=conversation_id, user_id=viewer_id, conversation__low__isnull=False
    ).first()
    if place is None:
        raise NotVisible
    return place


def conversation_between(one_id: int, other_id: int) -> Conversation | None:
    """The conversation of these two, if they have one."""
    low, high = sorted((one_id, other_id))
    return Conversation.objects.filter(low_id=low, high_id=high).first()


def message_for(place: Participant, message_id: int) -> Message:
    """A message that stands in this conversation for its viewer; NotVisible for any other."""
    message = messages_seen_in(place).filter(pk=message_id).first()
    if message is None:
        raise NotVisible
    return message


def message_to(viewer_id: int, message_id: int) -> Message:
    """A message with its sender, in whichever of the viewer's conversations it stands; blocks do not matter.

    NotVisible when it stands in none, was taken back, or is out of the viewer's sight.
    """
    found = Message.objects.filter(pk=message_id, deleted_at=None).select_related("sender").first()
    if found is None:
        raise NotVisible
    message_for(conversation_for(viewer_id, found.conversation_id), message_id)
    return found


def messages_seen_in(place: Participant) -> QuerySet[Message]:
    """What stands in the conversation for its viewer: not what they put away or deleted for themselves."""
    rows = Message.objects.filter(conversation_id=place.conversation_id, pk__gt=place.cleared_id)
    return rows.exclude(hidden_from__user_id=place.user_id)


def standing_to(sender_id: int, recipient: User) -> Standing:
    """How a message of the sender would arrive at the recipient, and why; two queries."""
    relation = relation_between(sender_id, recipient.pk)
    low, high = sorted((sender_id, recipient.pk))
    has_accepted = Participant.objects.filter(
        conversation__low_id=low, conversation__high_id=high, user_id=recipient.pk, accepted_at__isnull=False
    ).exists()
    way = way_to(
        policy=recipient.privacy_settings["who_may_message"],
        has_accepted=has_accepted,
        follows_sender=relation.followed_by,
        is_blocked=relation.is_blocked or not recipient.is_reachable or sender_id == recipient.pk,
    )
    return Standing(way, relation, has_accepted)


def can_message(viewer_id: int | None, user: User) -> bool:
    """Whether the viewer may write to this person, be it as a request."""
    return viewer_id is not None and standing_to(viewer_id, user).way != Way.CLOSED


def tell_each_other_reading(*user_ids: int) -> bool:
    """Whether all of these people show what they have read: who hides it does not see it of others."""
    hiding = User.objects.filter(pk__in=user_ids, privacy_settings__read_receipts=False)
    return not hiding.exists()
