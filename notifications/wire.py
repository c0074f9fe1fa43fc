"""Notifications as the API writes them: each by itself, however many the page folds into one line."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from accounts.wire import Account
from notifications.facts import Fact
from notifications.models import Type
from tweets.wire import Status, status
from twitterclone.lib.api.markup import iso

TYPES = {
    Type.FOLLOW: "follow",
    Type.FOLLOW_REQUEST: "follow_request",
    Type.MENTION: "mention",
    Type.REPLY: "mention",
    Type.LIKE: "favourite",
    Type.RETWEET: "reblog",
    Type.QUOTE: "quote",
    Type.POLL: "poll",
}


class Notification(TypedDict):
    id: str
    type: str
    created_at: str
    group_key: str
    account: Account
    status: Status | None


class UnreadCount(TypedDict):
    count: int


def notification(fact: Fact, accounts: Mapping[int, Account]) -> Notification:
    """One fact; `accounts` holds its actor and everybody in its tweet."""
    return {
        "id": str(fact.id),
        "type": TYPES[Type(fact.kind)],
        "created_at": iso(fact.created_at),
        "group_key": f"ungrouped-{fact.id}",
        "account": accounts[fact.actor_id],
        "status": status(fact.tweet, accounts) if fact.tweet else None,
    }


def kinds_of(wanted: Iterable[str], unwanted: Iterable[str]) -> list[Type]:
    """Our kinds for the protocol's words: those wanted (all when none is named) without those not.

    Words for what does not happen here mean nothing.
    """
    named, without = set(wanted) or set(TYPES.values()), set(unwanted)
    return [kind for kind, word in TYPES.items() if word in named and word not in without]
