"""What clients send of tweets, as the services take it. Shape only; the limits are the services'."""

from hashlib import sha256
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy as _

from tweets.models import Audience
from tweets.queries.access import tweet_for
from tweets.queries.filtered import Conditions
from tweets.services.polls import PollInput
from tweets.services.posting import LANGUAGE_LENGTH
from twitterclone.lib.api import Fields, Invalid

LONGEST_TEXT = 10_000  # characters; far above any tweet, so that the service can say how long it may be
KEY_LENGTH = 100
TAGS = 4  # of each kind, in one feed
AUDIENCES = {
    "public": Audience.PUBLIC,
    "unlisted": Audience.PUBLIC,  # nothing here is public and left out of feeds
    "private": Audience.FOLLOWERS,
    "direct": Audience.MENTIONED,
}


class PollFields(TypedDict, total=False):
    options: list[str]
    expires_in: int
    multiple: bool
    hide_totals: bool


class StatusInput(TypedDict, total=False):
    status: str
    media_ids: list[str]
    poll: PollFields
    in_reply_to_id: str
    quoted_status_id: str
    spoiler_text: str
    sensitive: bool
    visibility: str
    language: str


class VotesInput(TypedDict):
    choices: list[int]


class NotScheduled(Invalid):
    """A tweet for later is refused: sending it now would be worse."""

    def __init__(self) -> None:
        super().__init__("scheduled_at", _("is not possible on this site yet"))


def status_values(viewer_id: int, fields: Fields, key: str) -> dict[str, Any]:
    """What post_tweet takes. NotVisible when what is answered or quoted is not the viewer's to see."""
    if fields.text("scheduled_at"):
        raise NotScheduled
    reply_to, quote_of = fields.id("in_reply_to_id"), fields.id("quoted_status_id")
    return {
        "text": fields.text("status", most=LONGEST_TEXT),
        "media_ids": fields.ids("media_ids"),
        "poll": poll_of(fields),
        "reply_to": tweet_for(viewer_id, reply_to) if reply_to else None,
        "quote_of": tweet_for(viewer_id, quote_of) if quote_of else None,
        "content_warning": fields.text("spoiler_text", most=200),
        "is_sensitive": fields.boolean("sensitive"),
        "audience": AUDIENCES[fields.choice("visibility", AUDIENCES, "public")],
        "language": fields.text("language", most=LANGUAGE_LENGTH),
        "idempotency_key": key if len(key) <= KEY_LENGTH else sha256(key.encode()).hexdigest(),
    }


def poll_of(fields: Fields) -> PollInput | None:
    """The poll that was sent along, None without one."""
    poll = fields.group("poll")
    if poll is None or not poll.has("options"):
        return None
    expires_in = poll.integer("expires_in")
    if expires_in is None:
        raise Invalid("poll.expires_in", _("can't be blank"), "ERR_BLANK")
    return PollInput(
        options=tuple(poll.texts("options")),
        expires_in=expires_in,
        multiple=poll.boolean("multiple"),
        hide_totals=poll.boolean("hide_totals"),
    )


def choices_of(fields: Fields) -> list[int]:
    """The numbers of the options, from 0 on."""
    texts = fields.texts("choices", most=3)
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise Invalid("choices", _("must be whole numbers"))
    return [int(text) for text in texts]


def conditions_of(fields: Fields) -> Conditions:
    """What a feed is narrowed to."""
    tagged = fields.text("tagged", most=200)
    return Conditions(
        only_media=fields.boolean("only_media"),
        without_replies=fields.boolean("exclude_replies"),
        without_retweets=fields.boolean("exclude_reblogs"),
        any_of=fields.texts("any", most=200)[:TAGS],
        all_of=[*fields.texts("all", most=200)[:TAGS], *([tagged] if tagged else [])],
        none_of=fields.texts("none", most=200)[:TAGS],
    )
