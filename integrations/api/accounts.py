"""One's own account: registering it, reading it, changing it."""

import time
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction
from django.utils.translation import override
from rest_framework.response import Response

from accounts import wire
from accounts.models import User
from accounts.queries import told_accounts
from accounts.services import change_language, update_privacy, update_profile
from integrations import services
from integrations.wire import Token, token
from media.services import change_picture, remove_picture
from social.queries import follow_requests_count
from social.queries.accounts import accounts_for
from twitterclone.lib import limits
from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView, Fields, described
from twitterclone.lib.text import is_blank

MOST_IDS = 40
SWITCHES = {
    "locked": "is_private",
    "discoverable": "discoverable",
    "indexable": "indexable",
    "hide_collections": "hide_follower_lists",
}
FACTS = {"website": "website", "place": "location", "location": "location"}


class SignupInput(TypedDict):
    username: str
    email: str
    password: str
    agreement: bool
    locale: str


class ProfileInput(TypedDict, total=False):
    display_name: str
    note: str
    avatar: bytes
    header: bytes
    locked: bool
    discoverable: bool
    indexable: bool
    hide_collections: bool
    fields_attributes: list[wire.Field]
    source: dict[str, Any]


class AccountsView(ApiView):
    """Several accounts; a new one."""

    scopes = {"GET": PUBLIC, "POST": "write:accounts"}
    for_programs = True

    @described(gives=list[wire.Account], query={"id[]": list[str]})
    def get(self, request: ApiRequest) -> Response:
        """Accounts by their ids."""
        cards = accounts_for(self.viewer_id, self.fields.ids("id")[:MOST_IDS])
        return Response([wire.account(card) for card in cards])

    @described(takes=SignupInput, gives=Token)
    def post(self, request: ApiRequest) -> Response:
        """Registers a person, with a token of the program itself; answers a token for the new account."""
        limits.check("signup", limits.network_of(request._request))
        fields, scopes = self.fields, request.auth.scope.split()
        language = fields.text("locale", most=20).split("-")[0]
        with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            secret = services.register_person(
                request=request._request,
                application=request.auth.application,
                scopes=scopes,
                username=fields.text("username"),
                email=fields.text("email"),
                password=fields.text("password"),
                agreement=fields.boolean("agreement"),
                language=language,
            )
        return Response(token(secret, " ".join(scopes), int(time.time())))


class OwnAccountView(ApiView):
    """Answers one's own account as it is now."""

    request: ApiRequest

    def own(self) -> Response:
        user = told_accounts().get(pk=self.request.user.pk)
        return Response(wire.credential_account(user, follow_requests_count(user)))


class VerifyCredentialsView(OwnAccountView):
    scopes = {"GET": "read:accounts"}

    @described(gives=wire.CredentialAccount)
    def get(self, request: ApiRequest) -> Response:
        """Your own account."""
        return self.own()


class UpdateCredentialsView(OwnAccountView):
    scopes = {"PATCH": "write:accounts"}

    @described(takes=ProfileInput, gives=wire.CredentialAccount)
    def patch(self, request: ApiRequest) -> Response:
        """Changes what is sent and leaves the rest. Of `fields_attributes`, Website and Place are kept."""
        pictures = {kind: file for kind in ("avatar", "header") if (file := self.fields.file(kind))}
        with transaction.atomic():
            change_account(request.user, self.fields)
        for kind, file in pictures.items():
            change_picture(owner=request.user, kind=kind, file=file)
        return self.own()

    put = patch


class ProfileView(UpdateCredentialsView):
    """The same by its newer name."""

    scopes = {"GET": "read:accounts", "PATCH": "write:accounts"}

    @described(gives=wire.CredentialAccount)
    def get(self, request: ApiRequest) -> Response:
        """Your own account."""
        return self.own()


class AvatarView(OwnAccountView):
    scopes = {"DELETE": "write:accounts"}
    kind = "avatar"

    @described(gives=wire.CredentialAccount)
    def delete(self, request: ApiRequest) -> Response:
        """Takes the picture away."""
        remove_picture(owner=request.user, kind=self.kind)
        return self.own()


class HeaderView(AvatarView):
    kind = "header"


def change_account(user: User, fields: Fields) -> None:
    """Passes on to each service what is its own, if anything of it was sent."""
    if profile := profile_changes(user, fields):
        update_profile(user=user, **{**profile_of(user), **profile})
    if privacy := privacy_changes(fields):
        update_privacy(user=user, **privacy)
    source = fields.group("source")
    if source and (language := source.text("language", most=20)):
        change_language(user=user, language=language)


def profile_of(user: User) -> dict[str, str]:
    return {name: getattr(user, name) for name in ("display_name", "bio", "location", "website")}


def profile_changes(user: User, fields: Fields) -> dict[str, str]:
    """What of the profile is to change; a table of facts replaces the facts there are."""
    changes: dict[str, str] = {}
    if fields.has("display_name"):
        name = fields.text("display_name", most=50)
        changes["display_name"] = user.username_cased if is_blank(name) else name  # as the protocol has it
    if fields.has("note"):
        changes["bio"] = fields.text("note", most=160)
    rows = fields.groups("fields_attributes")
    if rows is not None:
        changes |= {"website": "", "location": ""}
        for row in rows:
            fact = FACTS.get(row.text("name").strip().lower())
            if fact:
                changes[fact] = row.text("value", most=200 if fact == "website" else 30).strip()
    return changes


def privacy_changes(fields: Fields) -> dict[str, bool]:
    """Which switches are to be set."""
    asked = {ours: fields.maybe(theirs) for theirs, ours in SWITCHES.items()}
    return {name: value for name, value in asked.items() if value is not None}
