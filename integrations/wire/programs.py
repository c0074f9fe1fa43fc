"""Programs in the protocol's names."""

from typing import TypedDict

from integrations.models import Application as Program


class Application(TypedDict):
    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application):
    client_id: str
    client_secret: str
    client_secret_expires_at: int


class Token(TypedDict):
    access_token: str
    token_type: str
    scope: str
    created_at: int


def application(program: Program) -> Application:
    """What a program may know of itself."""
    return {
        "id": str(program.pk),
        "name": program.name,
        "website": program.website or None,
        "scopes": program.scopes.split(),
        "redirect_uris": program.redirect_uri_list,
        "redirect_uri": "\n".join(program.redirect_uri_list),
        "vapid_key": "",
    }


def credential_application(program: Program, secret: str) -> CredentialApplication:
    """The same with its secret, told once."""
    return {
        **application(program),
        "client_id": program.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }


def token(access_token: str, scopes: str, created_at: int) -> Token:
    """A token, told once."""
    return {"access_token": access_token, "token_type": "Bearer", "scope": scopes, "created_at": created_at}
