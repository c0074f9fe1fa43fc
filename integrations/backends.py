"""Who calls the API: the bearer of a token. Cookies count for nothing here."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from integrations import services
from integrations.oauth import UNCONFIRMED, digest
from integrations.queries import token_with
from twitterclone.lib.api.errors import INVALID_TOKEN, REALM
from twitterclone.lib.errors import Forbidden


class LoginDisabled(Forbidden):
    code = "login_disabled"
    message = _("Your login is currently disabled")


class EmailUnconfirmed(Forbidden):
    code = "email_unconfirmed"
    message = _("Your login is missing a confirmed e-mail address")


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`; a token that is wrong, ended, or of a closed account is refused."""

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        kind, _space, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = token_with(digest(raw.strip()))
        if token is None:
            raise AuthenticationFailed(INVALID_TOKEN)
        if token.user is not None and not token.user.is_reachable:
            raise LoginDisabled
        if UNCONFIRMED in token.scope.split() and not services.confirm_token(token=token):
            raise EmailUnconfirmed
        services.note_use(token=token)
        return token.user or AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return REALM
