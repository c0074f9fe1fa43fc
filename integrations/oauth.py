"""The toolkit's OAuth machinery, narrowed to what this site grants: codes, programs' own tokens, refresh.

Neither implicit nor password nor device grant exists here. Nothing usable is stored: tokens and codes are
kept as their SHA-256, and so are the secrets of programs, which are long and random by themselves.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauthlib.common import generate_token
from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    ClientCredentialsGrant,
    RefreshTokenGrant,
    RevocationEndpoint,
    TokenEndpoint,
)

from twitterclone.lib.api.scopes import SCOPES, covers, unknown

TOKEN_LENGTH = 43
UNCONFIRMED = "unconfirmed"  # in the scopes of a token that waits for its user's address to be confirmed


def digest(secret: str) -> str:
    """What is stored in place of a secret."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def new_token(request: object = None) -> str:
    """A token nobody can guess: 256 bits."""
    return generate_token(TOKEN_LENGTH)


class Scopes(BaseScopes):
    """The protocol's scopes, for whatever of the toolkit asks."""

    def get_all_scopes(self) -> dict[str, Any]:
        return SCOPES

    def get_available_scopes(self, *_: Any, **__: Any) -> list[str]:
        return list(SCOPES)

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        return ["read"]


class Server(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint):
    """The endpoints, with three grants."""

    def __init__(self, validator: Any, token_expires_in: Any = None, **kwargs: Any) -> None:
        code = AuthorizationCodeGrant(validator)
        bearer = BearerToken(validator, new_token, token_expires_in, new_token)
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": code})
        grants = {
            "authorization_code": code,
            "client_credentials": ClientCredentialsGrant(validator),
            "refresh_token": RefreshTokenGrant(validator),
        }
        TokenEndpoint.__init__(self, "authorization_code", bearer, grants)
        RevocationEndpoint.__init__(self, validator)


class Core(OAuthLibCore):
    """The toolkit's bridge, taking its body from what the API's parsers read: JSON or a form."""

    def extract_body(self, request: HttpRequest) -> Any:
        body = getattr(request, "oauth_body", None)
        return super().extract_body(request) if body is None else list(body.items())


class Validator(OAuth2Validator):
    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return constant_time_compare(digest(provided_secret), stored_secret)

    def _create_authorization_code(self, request: Any, code: Mapping[str, Any], expires: Any = None) -> Any:
        """Keeps the digest; the token view looks a code up by it."""
        return super()._create_authorization_code(request, {**code, "code": digest(code["code"])}, expires)

    def validate_scopes(self, client_id: str, scopes: list[str], client: Any, request: Any, *_: Any) -> bool:
        """Only scopes that exist, and that the program was registered with."""
        registered = client.scopes.split()
        return not unknown(scopes) and all(covers(registered, scope) for scope in scopes)

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Not for somebody who was suspended in between."""
        good = super().validate_code(client_id, code, client, request, *args, **kwargs)
        return bool(good and request.user.is_reachable)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        good = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(good and request.user.is_reachable)
