"""A hashtag as the API writes it. Its figures are text, as the protocol wants them."""

from typing import TypedDict
from urllib.parse import quote

from tweets.queries.hashtags import TagCard
from twitterclone.lib.api.markup import absolute


class TagDay(TypedDict):
    day: str
    uses: str
    accounts: str


class Tag(TypedDict):
    id: str
    name: str
    url: str
    history: list[TagDay]
    following: bool
    featuring: bool


def tag(card: TagCard) -> Tag:
    """The hashtag as written, and how much it was used each day, today first."""
    return {
        "id": card.key,
        "name": card.name,
        "url": hashtag_address(card.key),
        "history": [
            {"day": str(day), "uses": str(uses), "accounts": str(people)} for day, uses, people in card.days
        ],
        "following": False,
        "featuring": False,
    }


def hashtag_address(key: str) -> str:
    """The page of a hashtag."""
    return absolute(f"/tags/{quote(key)}/")
