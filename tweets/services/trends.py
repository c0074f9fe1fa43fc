"""Keeping a term out of what rises, and letting it in again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tweets.models import Trend, TrendVeto
from tweets.trends.rising import forget_kept
from twitterclone.lib.errors import DomainError, Forbidden


class NeedsReason(DomainError):
    code = "needs_reason"
    message = _("Say why, for the moderators after you.")


@transaction.atomic
def veto_trend(*, actor: User, trend: Trend, reason: str) -> bool:
    """Lets nobody see the term as rising, in any language; only staff may. False if it was vetoed."""
    _check(actor)
    if not reason.strip():
        raise NeedsReason
    _veto, is_new = TrendVeto.objects.get_or_create(
        kind=trend.kind,
        key=trend.key,
        defaults={"name": trend.name, "reason": reason.strip(), "by": actor},
    )
    transaction.on_commit(forget_kept)
    return is_new


@transaction.atomic
def lift_veto(*, actor: User, veto: TrendVeto) -> bool:
    """Lets the term rise again; only staff may. False if somebody had lifted it."""
    _check(actor)
    deleted, _rows = TrendVeto.objects.filter(pk=veto.pk).delete()
    transaction.on_commit(forget_kept)
    return bool(deleted)


def _check(actor: User) -> None:
    if not actor.is_staff:
        raise Forbidden
