"""A poll as the API writes it."""

from typing import Any, TypedDict

from tweets.queries.polls import PollCard
from twitterclone.lib.api.markup import iso


class PollChoice(TypedDict):
    title: str
    votes_count: int | None


class Poll(TypedDict):
    id: str
    expires_at: str
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollChoice]
    emojis: list[Any]
    voted: bool
    own_votes: list[int]


def poll(card: PollCard) -> Poll:
    """The poll; the figures of its options are null while its author lets nobody see them."""
    return {
        "id": str(card.id),
        "expires_at": iso(card.expires_at),
        "expired": card.is_closed,
        "multiple": card.multiple,
        "votes_count": card.votes_count,
        "voters_count": card.voters_count if card.multiple else None,
        "options": [
            {"title": option.text, "votes_count": option.votes if card.shows_results else None}
            for option in card.options
        ],
        "emojis": [],
        "voted": card.voted,
        "own_votes": [option.position for option in card.options if option.chosen],
    }
