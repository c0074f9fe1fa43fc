"""Registering programs, letting them in without a browser, and turning them out."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from accounts.models import User
from accounts.services import mark_active
from integrations.models import OUT_OF_BAND, Application
from integrations.oauth import digest, new_token
from twitterclone.lib.api.scopes import unknown
from twitterclone.lib.errors import Invalid, NotVisible
from twitterclone.lib.text import clean_name, is_blank

USE_NOTED_EVERY = timedelta(hours=1)
OWN_PROGRAM = "Command line"
MOST_ADDRESSES, ADDRESS_LENGTH = 20, 2000
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
DANGEROUS = {"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}


def register_application(
    *, name: str, redirect_uris: Sequence[str], scopes: Iterable[str] = ("read",), website: str = ""
) -> tuple[Application, str]:
    """A program that may ask people to let it in, and its secret, which is told this once.

    Refuses a blank name, addresses that are none or that a browser would run, and scopes nobody knows.
    """
    clean = clean_name(name)
    if is_blank(clean):
        raise Invalid("client_name", _("can't be blank"), "ERR_BLANK")
    if website and (len(website) > ADDRESS_LENGTH or urlsplit_of(website)[0] not in {"http", "https"}):
        raise Invalid("website", _("is not a web address"))
    _check_addresses(redirect_uris)
    wanted = list(dict.fromkeys(scopes)) or ["read"]
    if unknown(wanted):
        raise Invalid("scopes", _("doesn't match configured on the server."))
    secret = generate_client_secret()
    application = Application.objects.create(
        name=clean[:255],
        website=website,
        redirect_uris="\n".join(redirect_uris),
        scopes=" ".join(wanted),
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        client_secret=digest(secret),
        hash_client_secret=False,  # it is hashed: a slow hash protects guessable words, which this is not
    )
    return application, secret


def urlsplit_of(address: str) -> tuple[str, str]:
    """Scheme and host of an address, empty when it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc


def issue_token(*, user: User | None, application: Application, scopes: Iterable[str]) -> str:
    """A token for this program to act for the user (None: for itself); told this once, kept as a digest."""
    token = new_token()
    row = AccessToken(
        user=user,
        application=application,
        scope=" ".join(scopes),
        token="",
        expires=timezone.now() + timedelta(seconds=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"]),
    )
    row._raw_token = token  # the toolkit's way to a row that holds the checksum alone
    row.save()
    return token


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


@transaction.atomic
def disconnect_all(*, user: User) -> int:
    """Turns every program out; returns how many tokens ended."""
    Grant.objects.filter(user_id=user.pk).delete()
    RefreshToken.objects.filter(user_id=user.pk).delete()
    ended, _rows = AccessToken.objects.filter(user_id=user.pk).delete()
    return ended


def _check_addresses(addresses: Sequence[str]) -> None:
    if not addresses:
        raise Invalid("redirect_uris", _("can't be blank"), "ERR_BLANK")
    if len(addresses) > MOST_ADDRESSES:
        raise Invalid("redirect_uris", _("holds too many entries"), "ERR_TOO_LONG")
    for address in addresses:
        scheme, host = urlsplit_of(address)
        good = SCHEME.fullmatch(scheme) and scheme not in DANGEROUS and "#" not in address
        good = good and address.isprintable() and " " not in address and len(address) <= ADDRESS_LENGTH
        if not good or (scheme in {"http", "https"} and not host):
            raise Invalid("redirect_uri", _("must be an absolute URI."))
