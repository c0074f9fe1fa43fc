"""Home as programs read it: statuses that are kept written, as cards are kept drawn, and under the same tags.

What a reader gets is what the ordinary way writes for them, to the letter; only the figures of the accounts
in it may be some minutes old.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from rest_framework.renderers import JSONRenderer

from accounts.queries import accounts_by_id
from accounts.wire import Account, account
from tweets.queries.cards import TweetCard
from tweets.timelines import cards, drawing
from tweets.timelines.home import View
from tweets.timelines.reader import ask, feed
from tweets.timelines.stencil import BITS, FIGURES, OF, Facts, Reading, Stencil
from tweets.wire import people_in, status
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.slots import EDGE, either, place

SECONDS = 5 * 60  # no tag tells of an account's followers, tweets and last day
# a place as JSON writes the text that stands for it
_PLACE = re.compile(r'"\\u0000([^"]*)\\u0000"')


@dataclass(frozen=True, slots=True)
class Written:
    """A status that is written already, and with what to fill it."""

    id: int
    entry_id: int
    stencil: Stencil
    facts: Facts

    def json(self) -> bytes:
        return self.stencil.written(self.facts)


@dataclass(frozen=True, slots=True)
class Statuses:
    """A page: its JSON, the first entry, where the next page begins."""

    json: bytes
    newest: int | None
    next: int | None


def home_statuses(reading: Reading, cursor: Cursor) -> Statuses:
    """One page of the reader's home timeline; when all is warm one round trip to Redis and no query."""
    view = _Statuses(reading)
    found = feed(reading.viewer_id, cursor, view.items, view.beside())
    page = cast("Slice[Written | TweetCard]", found)
    plain = {
        card.entry_id for card in view.whole([card for card in page.items if isinstance(card, TweetCard)])
    }
    written = [
        card.json() if isinstance(card, Written) else view.json(card)
        for card in page.items
        if isinstance(card, Written) or card.entry_id in plain
    ]
    return Statuses(b"[%b]" % b",".join(written), page.items[0].entry_id if page.items else None, page.next)


class _Statuses(View):
    """The looks at written statuses."""

    seconds = SECONDS

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.version += "j"
        self.accounts: dict[int, Account] = {}

    def whole(self, shown: Sequence[TweetCard]) -> list[TweetCard]:
        """Those all of whose people are still there; one query for accounts that are not known yet."""
        unknown = people_in(shown) - self.accounts.keys()
        self.accounts |= {user_id: account(card) for user_id, card in accounts_by_id(unknown).items()}
        return [card for card in shown if people_in([card]) <= self.accounts.keys()]

    def json(self, card: TweetCard) -> bytes:
        return cast("bytes", JSONRenderer().render(status(card, self.accounts)))

    def gathered(self, ids: list[int]) -> tuple[list[TweetCard], dict[int, TweetCard | None]]:
        shown, neutral = super().gathered(ids)
        self.whole([*shown, *filter(None, neutral.values())])
        kept = self.whole([card for card in neutral.values() if card])
        return self.whole(shown), {pk: card if card in kept else None for pk, card in neutral.items()}

    def is_same_for_all(self, card: TweetCard) -> bool:
        return drawing.is_same_for_all(card) and not (card.quote and card.quote.poll)

    def draw(self, card: TweetCard) -> str:
        """The status with places for what the viewer did, and for figures."""
        quote = _open(card.quote) if card.quote else None
        return _PLACE.sub(_as_place, self.json(_open(replace(card, quote=quote))).decode())

    def keep_facts(self, look: cards.Look, card: TweetCard) -> None:
        super().keep_facts(look, card)
        if card.quote:
            super().keep_facts(look, card.quote)

    def _filled(self, look: cards.Look, ids: set[int]) -> list[Any]:
        kept = {pk: look.cards[pk] for pk in ids}
        known = list(kept.values())
        quoted = {one for card in known if card.drawn for one in card.drawn.subject_ids}
        quoted -= {card.subject_id for card in known}
        if quoted:
            found = ask(lambda: cards.facts_of(look, quoted, self.viewer_id))
            known += found if found is not None else [cards.Kept("+", pk) for pk in quoted]
        self._complete(look, known)
        facts = {card.subject_id: (card.counts, card.marks or 0) for card in known if card.counts}
        return [
            Written(card.subject_id, pk, card.drawn, facts)
            for pk, card in kept.items()
            if card.drawn and card.drawn.subject_ids <= facts.keys()
        ]


def _open(card: TweetCard) -> TweetCard:
    values: dict[str, Any] = {f"{name}_count": place(f"{OF}{card.id}:{n}") for n, name in enumerate(FIGURES)}
    values |= {name: either(f"{OF}{card.id}:{bit}", "true", "false") for name, bit in BITS.items()}
    return replace(card, **values)


def _as_place(match: re.Match[str]) -> str:
    return EDGE + match[1].replace("\\u0001", "\1") + EDGE
