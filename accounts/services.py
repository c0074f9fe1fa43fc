"""What can be done to an account. The receivers tell sessions and outbox of each change of a user row."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail import send_notice
from accounts.models import FormerUsername, Suspension, User, default_privacy_settings
from accounts.rules import is_reserved, is_username, skeleton
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError, Forbidden
from twitterclone.lib.text import clean_name, is_blank, normalise

ACTIVE_AGAIN = timedelta(hours=1)
AUDIENCES = ("everyone", "following", "nobody")


class UsernameRefused(DomainError):
    """The name has a wrong shape, is reserved, or belongs (or belonged) to somebody else."""

    code = "username"


class EmailTaken(DomainError):
    code = "email"
    message = _("An account with this email address exists already.")


class NameRefused(DomainError):
    code = "display_name"
    message = _("Enter a name that can be seen.")


class WebsiteRefused(DomainError):
    code = "website"
    message = _("Enter an address that begins with http:// or https://.")


class PrivacyRefused(DomainError):
    code = "privacy"
    message = _("This setting does not exist.")


def check_username(username: str, *, user: User | None = None) -> None:
    """Refuses a name that `user` (None: a newcomer) cannot have, saying why; two queries at most."""
    check_username_shape(username)
    own = user.pk if user else 0
    # users before former names: a name on its way from one table to the other is seen in one of them
    others = User.objects.filter(username_skeleton=skeleton(username)).exclude(pk=own)
    taken = others.values_list("username", flat=True).first()
    former = FormerUsername.objects.filter(username=username.lower()).exclude(user_id=own)
    check_username_free(username, taken, is_former=not taken and former.exists())


def check_username_shape(username: str) -> None:
    """Refuses what nobody may be called, whoever else is there."""
    if not is_username(username):
        raise UsernameRefused(_("Use 1 to 20 letters without accents, digits and underscores."))
    if is_reserved(username):
        raise UsernameRefused(_("This username is reserved. Choose another one."))


def check_username_free(username: str, taken: str | None, *, is_former: bool) -> None:
    """Refuses a name like that of another user, `taken`, or one that another user gave up."""
    if taken and taken != username.lower():
        raise UsernameRefused(_("Somebody has a username that looks almost the same. Choose another one."))
    if taken or is_former:
        raise UsernameRefused(_("Somebody has this username. Choose another one."))


def register_user(
    *, username: str, email: str, password: str | None, display_name: str = "", language: str = "en"
) -> User:
    """A new account; refuses what `check_username` refuses, and an email address in use."""
    check_username(username)
    fields = newcomer(username, display_name, language)
    try:
        with transaction.atomic():
            return User.objects.create_user(username, email, password, **fields)
    except IntegrityError as error:
        raise _conflict(error) from error


def newcomer(username: str, display_name: str, language: str) -> dict[str, Any]:
    """The columns of a new account, as they are stored."""
    name = clean_name(display_name)[:50]
    return {"display_name": username if is_blank(name) else name, "language": _known(language)}


@transaction.atomic
def update_profile(
    *, user: User, display_name: str, bio: str = "", location: str = "", website: str = ""
) -> User:
    """Writes what a profile says, cleaned of everything invisible; refuses a blank name and odd addresses."""
    name = clean_name(display_name)
    if is_blank(name):
        raise NameRefused
    if website and not website.lower().startswith(("http://", "https://")):
        raise WebsiteRefused
    row = _locked(user)
    row.display_name, row.location, row.website = name[:50], clean_name(location)[:30], website
    row.bio = normalise(bio)[:160]
    row.save(update_fields=["display_name", "bio", "location", "website", "updated_at"])
    return row


@transaction.atomic
def set_picture(*, user: User, kind: str, name: str) -> User:
    """The published file that is the account's "avatar" or "header" from now on; "" takes it away."""
    row = _locked(user)
    setattr(row, {"avatar": "avatar", "header": "header"}[kind], name)
    row.save(update_fields=[kind, "updated_at"])
    return row


@transaction.atomic
def change_username(*, user: User, username: str) -> User:
    """Gives the account another name; the old one stays its own and its address leads to the new one."""
    row = _locked(user)
    if username == row.username_cased:
        return row
    check_username(username, user=row)
    limits.check("username", row.pk)
    old, row.username, row.username_cased = row.username, username.lower(), username
    if old != row.username:
        FormerUsername.objects.filter(username=row.username, user=row).delete()
        FormerUsername.objects.create(username=old, user=row)
    try:
        with transaction.atomic():
            row.save(update_fields=["username", "username_cased", "updated_at"])
    except IntegrityError as error:
        raise _conflict(error) from error
    return row


@transaction.atomic
def update_privacy(*, user: User, **changes: Any) -> User:
    """Changes some of the privacy settings; refuses keys and values that do not exist."""
    kinds = default_privacy_settings()
    for name, value in changes.items():
        good = value in AUDIENCES if name.startswith("who_may_") else isinstance(value, bool)
        if name not in kinds or not good:
            raise PrivacyRefused
    row = _locked(user)
    row.privacy_settings = {**row.privacy_settings, **changes}
    row.save(update_fields=["privacy_settings", "updated_at"])
    row.is_private = row.privacy_settings["is_private"]
    return row


@transaction.atomic
def change_account(*, user: User, username: str, language: str) -> User:
    """Username and language at once, or neither."""
    change_username(user=user, username=username)
    return change_language(user=user, language=language)


@transaction.atomic
def change_language(*, user: User, language: str) -> User:
    """The language of pages and mails; an unknown one becomes the site's."""
    row = _locked(user)
    row.language = _known(language)
    row.save(update_fields=["language", "updated_at"])
    return row


def mark_active(*, user_id: int) -> bool:
    """Notes that somebody is here, at most once an hour; the fan-out asks for it. True when it was due."""
    due = timezone.now() - ACTIVE_AGAIN
    return bool(User.objects.filter(id=user_id, last_active_at__lt=due).update(last_active_at=timezone.now()))


@transaction.atomic
def deactivate_user(*, user: User) -> User:
    """Hides the account and ends its sessions; everything is kept, and logging in offers to bring it back."""
    row = _locked(user)
    row.deactivated_at = row.deactivated_at or timezone.now()
    row.save(update_fields=["deactivated_at", "updated_at"])
    return row


@transaction.atomic
def reactivate_user(*, user: User) -> User:
    """Brings a deactivated account back, deletion cancelled; a suspended one stays hidden.

    Refuses one that is being erased.
    """
    row = _locked(user)
    if not row.is_active:
        raise Forbidden
    row.deactivated_at = row.erase_at = None
    row.save(update_fields=["deactivated_at", "erase_at", "updated_at"])
    return row


@transaction.atomic
def suspend_user(*, actor: User, user: User, suspended: bool = True, reason: str = "") -> User:
    """Hides an account and ends its sessions, or lifts that; only staff may, and not against themselves.

    Staff are suspended by a superuser alone. A mail tells the person, with the reason and whom to write to.
    What is so already stays as it is: the first reason holds, and nobody is told twice.
    """
    if not actor.is_staff or actor.pk == user.pk:
        raise Forbidden
    row = _locked(user)
    if (row.is_staff or row.is_superuser) and not actor.is_superuser:
        raise Forbidden
    if suspended == (row.suspended_at is not None):
        return row
    row.suspended_at = timezone.now() if suspended else None
    row.save(update_fields=["suspended_at", "updated_at"])
    if suspended:
        told = Suspension.objects.create(user=row, by=actor, reason=normalise(reason).strip()[:200])
        send_notice(row, "suspended", reason=told.reason, contact=settings.CONTACT_EMAIL)
    else:
        row.suspensions.filter(lifted_at=None).update(lifted_at=timezone.now())
        send_notice(row, "suspension_lifted")
    return row


def request_mail(*, recipient: str, subject: str, text: str, html: str = "") -> None:
    """Promises a mail: it is sent by a worker, again and again until it is accepted. Never waits for it."""
    with transaction.atomic():
        outbox.emit("mail.requested", recipient=recipient, subject=subject, text=text, html=html)


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _conflict(error: IntegrityError) -> DomainError:
    """Which of the names was taken between the check and the write."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if "email" in constraint:
        return EmailTaken()
    if constraint in {"users_username_unique", "users_skeleton_unique"}:
        return UsernameRefused(_("Somebody was quicker and has this username now. Choose another one."))
    raise error
