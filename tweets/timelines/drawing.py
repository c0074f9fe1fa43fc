"""A card's HTML, drawn once by the ordinary template, and filled for each reader."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from tweets.queries.cards import TweetCard
from tweets.timelines.stencil import COUNTS, CSRF, MARKS, PATH, Counts, Reading, Stencil
from twitterclone.lib.slots import Slot, SlotTime, parts_of, place

TEMPLATE, FEED = "tweets/_tweet.html", "tweets/_timeline.html"
# whatever a card's HTML comes from: kept cards are not those of another release
SOURCES = (
    "templates/tweets", "templates/media", "templates/social", "templates/layouts", "social/queries",
    "accounts", "media", "tweets", "twitterclone/templatetags", "twitterclone/lib",
)  # fmt: skip


@dataclass(slots=True)  # not frozen: that costs more than all else about it
class Drawn:
    """A card that is drawn already, and with what to fill it, once it is known that it is shown."""

    id: int
    entry_id: int
    stencil: Stencil
    counts: Counts
    marks: int
    reading: Reading
    now: float

    def filled(self) -> bytes:
        """The card as it is sent."""
        return self.stencil.fill(self.counts, self.marks, self.reading, self.now)

    @property
    def html(self) -> SafeString:
        """The same for a template."""
        return mark_safe(self.filled().decode())  # noqa: S308 -- drawn by a template, filled with words of ours


class OpenRequest:
    """What templates ask of the request."""

    def get_full_path(self) -> str:
        return place(PATH)


class _Viewer:
    is_authenticated = True
    id = Slot("mine")


@cache
def version() -> str:
    """Names what cards are drawn by: the sources and the files they point at."""
    digest = sha256(static("icons.svg").encode())
    for folder in SOURCES:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in (".html", ".py") and "tests" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def is_same_for_all(card: TweetCard | None) -> bool:
    """Whether everybody who may see the entry sees this: the card of a stranger, open to them."""
    if card is None or card.poll is not None or card.quote_gone:
        return False
    return card.can_reply and card.can_retweet


def people_of(card: TweetCard) -> list[int]:
    """Those to whom a block or mute of the reader makes the card another one."""
    people = (card.author, card.retweeted_by, card.quote.author if card.quote else None)
    return list({person.id: None for person in people if person})


def tags_of(card: TweetCard) -> list[str]:
    """With which tweets and people the card changes."""
    tweets = {card.entry_id, card.id}
    people = {*people_of(card), *(user_id for user_id, _handle in card.mentioned)}
    if card.reply_to:
        people.add(card.reply_to.id)
    if card.quote:
        tweets.add(card.quote.id)
        people |= {user_id for user_id, _handle in card.quote.mentioned}
    return [f"t{pk}" for pk in sorted(tweets)] + [f"u{pk}" for pk in sorted(people)]


def draw(card: TweetCard) -> str:
    """The HTML of a stranger's card, in the active language, with a place for all that differs."""
    open_values: dict[str, Any] = {f"{name}_count": Slot(name) for name in COUNTS}
    open_values |= {name: Slot(name) for name in MARKS}
    if card.quote:
        open_values["quote"] = replace(card.quote, created_at=_open(card.quote.created_at))
    context = {
        "tweet": replace(card, created_at=_open(card.created_at), **open_values),
        "viewer": _Viewer(),
        "request": OpenRequest(),
        "csrf_token": place(CSRF),
    }
    return get_template(TEMPLATE).render(context)


@cache
def tail(language: str) -> list[str]:
    """What stands under a page that goes on, drawn once, with a place for where."""
    context = {"slice": {"items": (), "next": place("next")}, "request": {"GET": {}}}
    return parts_of(get_template(FEED).render(context))


def _open(moment: datetime | None) -> datetime | None:
    return SlotTime.fromtimestamp(moment.timestamp(), UTC) if moment else None
