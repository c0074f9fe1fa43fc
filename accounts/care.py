"""Care for accounts: leaving and coming back, one's data, and what staff do for people who are stuck."""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.models import User
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError, Forbidden


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
