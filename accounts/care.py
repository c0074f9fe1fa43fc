"""Care for accounts: leaving and coming back, one's data, and what staff do for people who are stuck."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.mail import send_notice
from accounts.models import Export, User
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError, Forbidden

GRACE = timedelta(days=14)


class NothingToConfirm(DomainError):
    code = "nothing_to_confirm"
    message = _("Every address of this account is confirmed.")


def resend_confirmation(*, actor: User, user: User) -> None:
    """Sends the mail that confirms the account's address once more; only staff may.

    NothingToConfirm when no address waits; limited per account, so that nobody is flooded.
    """
    if not actor.is_staff:
        raise Forbidden
    address = EmailAddress.objects.filter(user_id=user.pk, verified=False).order_by("-primary", "id").first()
    if address is None:
        raise NothingToConfirm
    limits.check("mail", user.pk)
    address.send_confirmation()


def end_sessions_of(*, actor: User, user: User) -> int:
    """Ends every session of the account at once; only staff may, of staff only a superuser."""
    if not actor.is_staff or ((user.is_staff or user.is_superuser) and not actor.is_superuser):
        raise Forbidden
    return sessions.end_sessions(user.pk)


@transaction.atomic
def request_deletion(*, user: User) -> User:
    """Hides the account at once, ends its sessions, and has it erased in two weeks; a mail says so.

    Until then its owner brings it back by logging in. Asked twice, the first date holds.
    """
    row = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if row.erase_at is None:
        row.deactivated_at = row.deactivated_at or timezone.now()
        row.erase_at = timezone.now() + GRACE
        row.save(update_fields=["deactivated_at", "erase_at", "updated_at"])
        send_notice(row, "deletion_requested", erase_at=row.erase_at)
    return row


def request_export(*, user: User) -> Export:
    """Has all that belongs to the user written into a file; one at a time.

    While one is being made, that one is returned. Refuses more than a few a day (RateLimited).
    """
    if found := _open_export(user):
        return found
    limits.check("export", user.pk)
    try:
        with transaction.atomic():
            export = Export.objects.create(user_id=user.pk)
            outbox.emit("export.requested", export_id=export.pk)
            return export
    except IntegrityError:  # the second of two presses at once
        return _open_export(user) or request_export(user=user)


def check_password(*, user: User, password: str) -> bool:
    """Whether this is the user's password; limited like a log-in, since a stolen session could try many."""
    limits.check("password", user.pk)
    return User.objects.get(pk=user.pk).check_password(password)


def _open_export(user: User) -> Export | None:
    working = [Export.State.WAITING, Export.State.RUNNING]
    return Export.objects.filter(user_id=user.pk, state__in=working).first()
