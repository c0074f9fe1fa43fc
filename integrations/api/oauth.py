"""OAuth for programs: tokens for codes, tokens ended, and what this server can do."""

import json
import time
from typing import Any

from django.conf import settings
from django.db import transaction
from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework.response import Response

from accounts.queries import account_card
from accounts.wire import account
from integrations.oauth import digest
from integrations.wire import Token
from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView, described
from twitterclone.lib.api.markup import absolute
from twitterclone.lib.api.scopes import SCOPES


class OAuthView(ApiView):
    """What all of them share: the program names itself in the body or by HTTP Basic, not by a token."""

    rate = "token"

    def get_authenticators(self) -> list[Any]:
        return []

    def hand_over(self) -> Any:
        """The plain request with the body in it as the toolkit takes it: only text counts."""
        sent = {name: value for name, value in self.fields.data.items() if isinstance(value, str)}
        if "code" in sent:
            sent["code"] = digest(sent["code"])
        plain: Any = self.request._request
        plain.oauth_body = sent
        return plain


class TokenView(OAuthView):
    scopes = {"POST": PUBLIC}

    @described(gives=Token)
    def post(self, request: ApiRequest) -> Response:
        """A token for an authorization code, a refresh token, or the program's own credentials."""
        plain = self.hand_over()
        with transaction.atomic():
            _url, headers, body, status = get_oauthlib_core().create_token_response(plain)
            # a code that was taken twice at the same time gives one token, not two
            transaction.set_rollback(status >= 400 and plain.oauth_body.get("grant_type") != "refresh_token")
        answer = json.loads(body)
        if status < 400:
            answer["created_at"] = int(time.time())
        told = {name: value for name, value in headers.items() if name != "Content-Type"}
        return Response(answer, status=status, headers=told)


class RevokeView(OAuthView):
    scopes = {"POST": PUBLIC}

    def post(self, request: ApiRequest) -> Response:
        """Ends a token of the program that asks. A token nobody knows is no error."""
        core = get_oauthlib_core()
        _url, _headers, body, status = core.create_revocation_response(self.hand_over())
        return Response(json.loads(body) if body else {}, status=status)


class UserinfoView(ApiView):
    scopes = {"GET": "profile"}

    def get(self, request: ApiRequest) -> Response:
        """Who let the program in: name and picture, as OpenID Connect names them."""
        told = account(account_card(request.user))
        return Response(
            {
                "iss": settings.SITE_URL,
                "sub": told["url"],
                "name": told["display_name"],
                "preferred_username": told["username"],
                "profile": told["url"],
                "picture": told["avatar"],
            }
        )


class ServerView(OAuthView):
    """RFC 8414."""

    rate = "api"
    scopes = {"GET": PUBLIC}

    def get(self, request: ApiRequest) -> Response:
        """Where to authorize, and which scopes and grants there are."""
        return Response(
            {
                "issuer": f"{settings.SITE_URL}/",
                "authorization_endpoint": absolute("/oauth/authorize"),
                "token_endpoint": absolute("/oauth/token"),
                "revocation_endpoint": absolute("/oauth/revoke"),
                "userinfo_endpoint": absolute("/oauth/userinfo"),
                "app_registration_endpoint": absolute("/api/v1/apps"),
                "scopes_supported": list(SCOPES),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "service_documentation": absolute("/api/docs/"),
            }
        )
