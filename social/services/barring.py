"""Block and mute: keeping somebody away, or only out of sight."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from social.edges import lock_pair, remove_follows
from social.models import Block, FollowRequest, Mute
from social.rules import Person
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError


class CannotBlockOneself(DomainError):
    code = "cannot_block_oneself"
    message = _("You cannot block yourself.")


class CannotMuteOneself(DomainError):
    code = "cannot_mute_oneself"
    message = _("You cannot mute yourself.")


@transaction.atomic
def block_user(*, blocker: Person, blocked: Person) -> None:
    """Neither sees nor reaches the other from now on: follows and requests end both ways.

    A repeat changes nothing. Refuses oneself, and more blocks than the limit allows.
    """
    if blocker.id == blocked.id:
        raise CannotBlockOneself
    lock_pair(blocker.id, blocked.id)
    _block, is_new = Block.objects.get_or_create(blocker_id=blocker.id, blocked_id=blocked.id)
    _part(blocker.id, blocked.id)
    if is_new:
        limits.check("block", blocker.id)
        outbox.emit("user.blocked", blocker_id=blocker.id, blocked_id=blocked.id)


@transaction.atomic
def unblock_user(*, blocker: Person, blocked: Person) -> None:
    """Lifts the block; follows do not come back. Nothing happens when there is none."""
    deleted, _rows = Block.objects.filter(blocker_id=blocker.id, blocked_id=blocked.id).delete()
    if deleted:
        outbox.emit("user.unblocked", blocker_id=blocker.id, blocked_id=blocked.id)


@transaction.atomic
def mute_user(
    *, muter: Person, muted: Person, expires_at: datetime | None = None, hide_notifications: bool = True
) -> None:
    """Keeps the tweets of `muted` from the muter's timelines, who is not told. A repeat sets it anew."""
    if muter.id == muted.id:
        raise CannotMuteOneself
    Mute.objects.update_or_create(
        muter_id=muter.id,
        muted_id=muted.id,
        defaults={"expires_at": expires_at, "hide_notifications": hide_notifications},
    )
    outbox.emit("user.muted", muter_id=muter.id, muted_id=muted.id)


@transaction.atomic
def unmute_user(*, muter: Person, muted: Person) -> None:
    """Lifts the mute. Nothing happens when there is none."""
    deleted, _rows = Mute.objects.filter(muter_id=muter.id, muted_id=muted.id).delete()
    if deleted:
        outbox.emit("user.unmuted", muter_id=muter.id, muted_id=muted.id)


def _part(one_id: int, other_id: int) -> None:
    """Requests first: an answer on its way either finds its request gone or leaves a follow to end below."""
    FollowRequest.objects.filter(
        Q(follower_id=one_id, following_id=other_id) | Q(follower_id=other_id, following_id=one_id)
    ).delete()
    for follower_id, following_id in remove_follows([(one_id, other_id), (other_id, one_id)]):
        outbox.emit("user.unfollowed", follower_id=follower_id, following_id=following_id)
