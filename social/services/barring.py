"""Block and mute: keeping somebody away, or only out of sight."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from social.edges import lock_pair
from social.models import Block, Mute
from social.rules import Person
from social.services.following import part
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
    part(blocker.id, blocked.id)
    part(blocked.id, blocker.id)
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
