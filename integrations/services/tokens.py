"""Tokens: given without a browser, used, and ended."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken, Grant, RefreshToken
from oauth2_provider.settings import oauth2_settings

from accounts.models import User
from accounts.services import mark_active
from integrations.models import OUT_OF_BAND, Application
from integrations.oauth import new_token
from integrations.services.applications import register_application
from twitterclone.lib import limits
from twitterclone.lib.api.scopes import unknown
from twitterclone.lib.errors import Invalid, NotVisible

USE_NOTED_EVERY = timedelta(hours=1)
OWN_PROGRAM = "Command line"


def issue_token(*, user: User | None, application: Application, scopes: Iterable[str]) -> str:
    """A token for this program to act for the user (None: for itself); told this once, kept as a digest."""
    token = new_token()
    row = AccessToken(
        user=user,
        application=application,
        scope=" ".join(scopes),
        token="",
        expires=timezone.now() + timedelta(seconds=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS),
    )
    row._raw_token = token  # the toolkit's way to a row that holds the checksum alone
    row.save()
    return token


@transaction.atomic
def issue_named_token(*, user: User, name: str, scopes: Iterable[str]) -> str:
    """A token for a program of one's own, which is listed by this name until it is revoked.

    Refuses a blank name, no scope or an unknown one (Invalid), and too many (RateLimited).
    """
    wanted = list(scopes)
    if not wanted or unknown(wanted):
        raise Invalid("scopes", _("Choose what it may do."))
    limits.check("own-token", user.pk)
    program, _secret = register_application(name=name, redirect_uris=[OUT_OF_BAND], scopes=wanted)
    program.user = user
    program.save(update_fields=["user"])
    return issue_token(user=user, application=program, scopes=wanted)


@transaction.atomic
def issue_own_token(*, user: User, scopes: Iterable[str]) -> str:
    """A token for trying the API by hand, of a program that belongs to the site itself."""
    program = Application.objects.filter(name=OWN_PROGRAM, user=None, redirect_uris=OUT_OF_BAND).first()
    if program is None:
        program, _secret = register_application(
            name=OWN_PROGRAM, redirect_uris=[OUT_OF_BAND], scopes=["read", "write", "follow", "push"]
        )
    wanted = list(scopes)
    if unknown(wanted):
        raise Invalid("scopes", _("There is no such scope: %(names)s") % {"names": " ".join(unknown(wanted))})
    return issue_token(user=user, application=program, scopes=wanted)


def note_use(*, token: AccessToken) -> bool:
    """Writes down that a token is in use, at most once an hour; True when it was due."""
    if token.updated > timezone.now() - USE_NOTED_EVERY:
        return False
    AccessToken.objects.filter(pk=token.pk).update(updated=timezone.now())
    if token.user_id:
        mark_active(user_id=token.user_id)
    return True


@transaction.atomic
def disconnect_application(*, user: User, application_id: int) -> None:
    """Turns a program out: all it holds for this person ends at once. NotVisible when it was not let in."""
    owned = {"user_id": user.pk, "application_id": application_id}
    Grant.objects.filter(**owned).delete()
    refreshes, _rows = RefreshToken.objects.filter(**owned).delete()
    accesses, _rows = AccessToken.objects.filter(**owned).delete()
    if not refreshes + accesses:
        raise NotVisible
    Application.objects.filter(pk=application_id, user_id=user.pk).delete()  # was there for this token alone


@transaction.atomic
def disconnect_all(*, user: User) -> int:
    """Turns every program out; returns how many tokens ended."""
    Grant.objects.filter(user_id=user.pk).delete()
    RefreshToken.objects.filter(user_id=user.pk).delete()
    ended, _rows = AccessToken.objects.filter(user_id=user.pk).delete()
    Application.objects.filter(user_id=user.pk).delete()
    return ended
