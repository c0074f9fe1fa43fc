"""Hashtags and links as the API writes them. Figures are text, as the protocol wants them."""

from typing import TypedDict
from urllib.parse import quote

from django.utils import timezone

from tweets.queries.hashtags import TagCard
from tweets.queries.trends import Trend
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


class LinkCard(TypedDict):
    url: str
    title: str
    description: str
    type: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None
    embed_url: str
    blurhash: str | None
    history: list[TagDay]


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


def link_card(trend: Trend) -> LinkCard:
    """A link that rises; nobody here opens it to look for a title, so its address is one."""
    today = int(timezone.now().replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    return {
        "url": trend.name,
        "title": trend.key,
        "description": "",
        "type": "link",
        "author_name": "",
        "author_url": "",
        "provider_name": trend.key.partition("/")[0],
        "provider_url": "",
        "html": "",
        "width": 0,
        "height": 0,
        "image": None,
        "embed_url": "",
        "blurhash": None,
        "history": [
            {"day": str(today), "uses": str(trend.tweets_count), "accounts": str(trend.people_count)}
        ],
    }
