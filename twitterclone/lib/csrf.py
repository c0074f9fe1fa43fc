"""The token of forms, as Django's CSRF protection takes it, made without its sixty-four single draws."""

import os
from operator import add

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

_CHARS = CSRF_ALLOWED_CHARS.encode()
_MANY = len(_CHARS)
# bytes from here on would make the first characters likelier than the others
_UNFAIR = bytes(range(256 - 256 % _MANY, 256))
_NUMBERS = bytes(byte % _MANY for byte in range(256))
_NUMBER_OF = bytes(max(0, _CHARS.find(bytes([byte]))) for byte in range(256))
_CHAR_OF = bytes(_CHARS[number % _MANY] for number in range(256))


def token_of(request: HttpRequest) -> str:
    """A token for this request's forms, masked anew like `get_token`'s.

    A browser that has its cookie keeps it as it is: pages renew it, parts of pages do not.
    """
    secret = request.META.get("CSRF_COOKIE")
    return masked(secret) if secret else get_token(request)


def page_token(request: HttpRequest) -> str:
    """The same for a whole page, which renews the cookie: `get_token`, made in one draw."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return masked(secret)


def masked(secret: str) -> str:
    """The secret behind a mask: no two answers hold the same text, and compression tells nothing of it."""
    mask = b""
    while len(mask) < CSRF_SECRET_LENGTH:
        mask += os.urandom(2 * CSRF_SECRET_LENGTH).translate(_NUMBERS, _UNFAIR)
    mask = mask[:CSRF_SECRET_LENGTH]
    hidden = bytes(map(add, mask, secret.encode().translate(_NUMBER_OF)))
    return (mask + hidden).translate(_CHAR_OF).decode()
