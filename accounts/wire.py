"""Accounts in the protocol's names."""

from typing import Any, TypedDict

from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import AccountCard, account_card
from twitterclone.lib.api.markup import absolute, day, html_of, iso, link_of

# never null, and never a hashed name: clients look for this very ending
MISSING_AVATAR = "/static/img/avatars/original/missing.png"
MISSING_HEADER = "/static/img/headers/original/missing.png"


class Field(TypedDict):
    name: str
    value: str
    verified_at: str | None


class Account(TypedDict):
    id: str
    username: str
    acct: str
    display_name: str
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    group: bool
    noindex: bool
    hide_collections: bool
    created_at: str
    last_status_at: str | None
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    followers_count: int
    following_count: int
    statuses_count: int
    emojis: list[dict]
    fields: list[Field]
    roles: list[dict]
    moved: None
    memorial: None
    suspended: bool
    limited: bool


class Source(TypedDict):
    note: str
    fields: list[Field]
    privacy: str
    sensitive: bool
    language: str
    follow_requests_count: int
    hide_collections: bool
    discoverable: bool
    indexable: bool
    attribution_domains: list[str]
    quote_policy: str


class Role(TypedDict):
    id: str
    name: str
    permissions: str
    color: str
    highlighted: bool


class CredentialAccount(Account):
    source: Source
    role: Role


Preferences = TypedDict(
    "Preferences",
    {
        "posting:default:visibility": str,
        "posting:default:sensitive": bool,
        "posting:default:language": str | None,
        "posting:default:quote_policy": str,
        "reading:expand:media": str,
        "reading:expand:spoilers": bool,
        "reading:autoplay:gifs": bool,
    },
)
PREFERENCES = {
    "posting:default:sensitive": False,
    "posting:default:quote_policy": "public",
    "reading:expand:media": "default",
    "reading:expand:spoilers": False,
    "reading:autoplay:gifs": False,
}


def account(card: AccountCard) -> Account:
    """Everything others may know of an account."""
    url = absolute(f"/{card.username}/")
    avatar = absolute(card.avatar_url or MISSING_AVATAR)
    header = absolute(card.header_url or MISSING_HEADER)
    return {
        "id": str(card.id),
        "username": card.handle,
        "acct": card.handle,
        "display_name": card.display_name,
        "locked": card.is_private,
        "bot": False,
        "discoverable": card.is_discoverable,
        "indexable": card.is_indexable,
        "group": False,
        "noindex": not card.is_indexable,
        "hide_collections": card.hides_lists,
        "created_at": iso(card.created_at),
        "last_status_at": day(card.last_tweeted_at),
        "note": html_of(card.bio),
        "url": url,
        "uri": url,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "followers_count": card.followers_count,
        "following_count": card.following_count,
        "statuses_count": card.tweets_count,
        "emojis": [],
        "fields": fields(card, as_html=True),
        "roles": [],
        "moved": None,
        "memorial": None,
        "suspended": False,
        "limited": False,
    }


def credential_account(user: User, follow_requests: int) -> CredentialAccount:
    """One's own account, with what one typed and what one may do."""
    card = account_card(user)
    source: Source = {
        "note": user.bio,
        "fields": fields(card, as_html=False),
        "privacy": default_visibility(user),
        "sensitive": False,
        "language": user.language,
        "follow_requests_count": follow_requests,
        "hide_collections": card.hides_lists,
        "discoverable": card.is_discoverable,
        "indexable": card.is_indexable,
        "attribution_domains": [],
        "quote_policy": "public",
    }
    return {**account(card), "source": source, "role": role(user)}


def fields(card: AccountCard, *, as_html: bool) -> list[Field]:
    """Website and place, the two facts a profile here has, as rows of the protocol's table."""
    rows = [
        (_("Website"), link_of(card.website) if as_html else card.website, card.website),
        (_("Place"), escape(card.location) if as_html else card.location, card.location),
    ]
    return [{"name": name, "value": value, "verified_at": None} for name, value, typed in rows if typed]


def preferences(user: User) -> dict[str, Any]:
    """What a client's composer begins with."""
    return {
        "posting:default:visibility": default_visibility(user),
        "posting:default:language": user.language,
        **PREFERENCES,
    }


def default_visibility(user: User) -> str:
    """A private account's tweets are for its followers."""
    return "private" if user.is_private else "public"


def role(user: User) -> Role:
    """Staff may see reports and people in the admin; nobody administers through the API."""
    name, identifier = (_("Staff"), "1") if user.is_staff else ("", "-99")
    return {"id": identifier, "name": name, "permissions": "0", "color": "", "highlighted": False}
