"""Registering programs."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret

from integrations.models import Application
from integrations.oauth import digest
from twitterclone.lib.api.scopes import unknown
from twitterclone.lib.errors import Invalid
from twitterclone.lib.text import clean_name, is_blank

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
