"""A tweet as the API's Status: every documented key, null where there is nothing."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from accounts.queries import PersonCard
from accounts.wire import Account
from media.wire import MediaAttachment, media_attachment
from tweets.models import Tweet
from tweets.queries.cards import TweetCard
from tweets.wire.polls import Poll, poll
from tweets.wire.tags import hashtag_address
from twitterclone.lib.api.markup import absolute, html_of, iso
from twitterclone.lib.ids import id_time
from twitterclone.lib.text import hashtags

VISIBILITY = {"public": "public", "followers": "private", "mentioned": "direct"}

Accounts = Mapping[int, Account]


class StatusMention(TypedDict):
    id: str
    username: str
    acct: str
    url: str


class StatusTag(TypedDict):
    name: str
    url: str


class QuoteApproval(TypedDict):
    automatic: list[str]
    manual: list[str]
    current_user: str


class Figures(TypedDict):
    replies_count: int
    reblogs_count: int
    favourites_count: int
    quotes_count: int


class Marks(TypedDict):
    favourited: bool
    reblogged: bool
    bookmarked: bool
    muted: bool
    pinned: bool
    quote_approval: QuoteApproval


class Status(Figures, Marks):
    id: str
    uri: str
    url: str
    created_at: str
    edited_at: str | None
    account: Account
    content: str
    visibility: str
    sensitive: bool
    spoiler_text: str
    language: str | None
    media_attachments: list[MediaAttachment]
    poll: Poll | None
    card: None
    application: None
    mentions: list[StatusMention]
    tags: list[StatusTag]
    emojis: list[Any]
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    reblog: "Status | None"
    quote: "Quote | None"
    filtered: list[Any]
    text: str | None


class Quote(TypedDict):
    state: str
    quoted_status: Status | None


class Context(TypedDict):
    ancestors: list[Status]
    descendants: list[Status]


class StatusSource(TypedDict):
    id: str
    text: str
    spoiler_text: str


def people_in(cards: Iterable[TweetCard]) -> set[int]:
    """Whose accounts the statuses of these cards hold."""
    shown = [card for one in cards for card in (one, one.quote) if card is not None]
    people = [person for card in shown for person in (card.author, card.retweeted_by)]
    return {person.id for person in people if person is not None}


def status(card: TweetCard, accounts: Accounts, *, with_text: bool = False) -> Status:
    """The tweet of a card; of a retweet, the wrapper under the retweet's own id with the tweet inside.

    `accounts` holds everybody of `people_in`; `with_text` adds the text as it was typed.
    """
    shown = _plain(card, accounts)
    if with_text:
        shown["text"] = card.text
    if card.retweet_id is None or card.retweeted_by is None:
        return shown
    return {
        **shown,
        "id": str(card.retweet_id),
        "created_at": iso(id_time(card.retweet_id)),
        "account": accounts[card.retweeted_by.id],
        "quote": None,
        "pinned": False,
        "reblog": shown,
    }


def context(ancestors: Iterable[TweetCard], descendants: Iterable[TweetCard], accounts: Accounts) -> Context:
    """What a tweet answers, from the first on, and what answers it."""
    return {
        "ancestors": [status(card, accounts) for card in ancestors],
        "descendants": [status(card, accounts) for card in descendants],
    }


def status_source(tweet: Tweet) -> StatusSource:
    """The text as it was typed, for writing it anew."""
    return {"id": str(tweet.pk), "text": tweet.content, "spoiler_text": tweet.content_warning}


def _plain(card: TweetCard, accounts: Accounts) -> Status:
    if card.author is None or card.created_at is None:
        raise ValueError("a tweet that is gone has no status")
    return {
        "id": str(card.id),
        "uri": absolute(card.url),
        "url": absolute(card.url),
        "created_at": iso(card.created_at),
        "edited_at": iso(card.edited_at) if card.edited_at else None,
        "account": accounts[card.author.id],
        "content": html_of(card.text, {name: absolute(f"/{name}/") for name in card.mentions}),
        "visibility": _visibility(card.author, card.audience),
        "sensitive": card.is_sensitive or bool(card.content_warning),
        "spoiler_text": card.content_warning,
        "language": card.language or None,
        "media_attachments": [media_attachment(one) for one in card.media],
        "poll": poll(card.poll) if card.poll else None,
        "card": None,
        "application": None,
        "mentions": [_mention(user_id, handle) for user_id, handle in card.mentioned],
        "tags": [{"name": tag.key, "url": hashtag_address(tag.key)} for tag in hashtags(card.text)],
        "emojis": [],
        "in_reply_to_id": _id(card.in_reply_to_id),
        "in_reply_to_account_id": _id(card.reply_to.id if card.reply_to else None),
        "reblog": None,
        "quote": _quote(card, accounts),
        **_figures(card),
        **_marks(card),
        "filtered": [],
        "text": None,
    }


def _figures(card: TweetCard) -> Figures:
    return {
        "replies_count": card.replies_count,
        "reblogs_count": card.retweets_count,
        "favourites_count": card.likes_count,
        "quotes_count": card.quotes_count,
    }


def _marks(card: TweetCard) -> Marks:
    """What the viewer did with the tweet, and may do."""
    is_open = card.author is not None and not card.author.is_private and card.audience == "public"
    return {
        "favourited": card.liked,
        "reblogged": card.retweeted,
        "bookmarked": card.bookmarked,
        "muted": False,
        "pinned": card.pinned,
        "quote_approval": {
            "automatic": ["public"] if is_open else [],
            "manual": [],
            "current_user": "automatic" if card.can_quote else "denied",
        },
    }


def _quote(card: TweetCard, accounts: Accounts) -> Quote | None:
    if card.quote is not None:
        return {"state": "accepted", "quoted_status": _plain(card.quote, accounts)}
    return {"state": "unauthorized", "quoted_status": None} if card.quote_gone else None


def _visibility(author: PersonCard, audience: str) -> str:
    """What everyone may read of a protected account is read by its followers alone."""
    return "private" if author.is_private and audience == "public" else VISIBILITY[audience]


def _mention(user_id: int, handle: str) -> StatusMention:
    url = absolute(f"/{handle.lower()}/")
    return {"id": str(user_id), "username": handle, "acct": handle, "url": url}


def _id(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
