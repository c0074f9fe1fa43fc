"""Programs register here, and ask who they are."""

from typing import TypedDict

from rest_framework.response import Response

from integrations import wire
from integrations.services import register_application
from twitterclone.lib import limits
from twitterclone.lib.api import ANY, PUBLIC, ApiRequest, ApiView, described


class AppInput(TypedDict, total=False):
    client_name: str
    redirect_uris: list[str]
    scopes: str
    website: str


class AppsView(ApiView):
    scopes = {"POST": PUBLIC}

    @described(takes=AppInput, gives=wire.CredentialApplication)
    def post(self, request: ApiRequest) -> Response:
        """Registers a program. `redirect_uris` is a list, or text with an address on each line."""
        limits.check("application", limits.network_of(request._request))
        addresses = [part for text in self.fields.texts("redirect_uris") for part in text.split()]
        program, secret = register_application(
            name=self.fields.text("client_name"),
            redirect_uris=addresses,
            scopes=self.fields.text("scopes").split(),
            website=self.fields.text("website").strip(),
        )
        return Response(wire.credential_application(program, secret))


class AppView(ApiView):
    scopes = {"GET": ANY}

    @described(gives=wire.Application)
    def get(self, request: ApiRequest) -> Response:
        """The program this token belongs to."""
        return Response(wire.application(request.auth.application))
