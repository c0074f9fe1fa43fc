"""How people stand to each other, in the protocol's names."""

from typing import TypedDict

from accounts.wire import Account
from social.queries.accounts import Standing
from twitterclone.lib.api.markup import iso


class Relationship(TypedDict):
    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


class FamiliarFollowers(TypedDict):
    id: str
    accounts: list[Account]


class Suggestion(TypedDict):
    source: str
    sources: list[str]
    account: Account


class Connected(TypedDict):
    degree: int
    account: Account
    via: str | None


class MutedAccount(Account):
    mute_expires_at: str | None


def relationship(standing: Standing) -> Relationship:
    """Seen from the viewer: `following` means that the viewer follows."""
    relation = standing.relation
    return {
        "id": str(standing.id),
        "following": relation.following,
        "showing_reblogs": standing.shows_retweets,
        "notifying": standing.notifies,
        "languages": None,
        "followed_by": relation.followed_by,
        "blocking": relation.blocking,
        "blocked_by": relation.blocked_by,
        "muting": relation.muting,
        "muting_notifications": standing.hides_notifications,
        "muting_expires_at": iso(standing.muted_until) if standing.muted_until else None,
        "requested": relation.requested,
        "requested_by": standing.is_asked,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }
