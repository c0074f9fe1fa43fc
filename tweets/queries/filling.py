"""Filling a page although the viewer may not see some of its entries."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from tweets.queries.cards import TweetCard, cards_beside
from twitterclone.lib.pagination import Cursor, Slice

OVER = 5  # asked for beyond the page, so that a few hidden entries cost no second round
MOST = 200
ROUNDS = 5  # a page among hundreds of hidden entries may be short, and goes on below


class Entry(Protocol):
    """An entry of a page: the tweet it shows, and its own id."""

    @property
    def id(self) -> int: ...
    @property
    def entry_id(self) -> int: ...


Item = TypeVar("Item", bound=Entry)


def filled_slice(
    cursor: Cursor,
    page: Callable[[Cursor], list[int]],
    cards: Callable[[list[int]], list[Item]],
    *,
    once_each: bool = False,
) -> Slice[Item]:
    """As many cards as the cursor asks for, newest first; `next` is the entry that was looked at last.

    With `once_each` a tweet appears at its newest entry only.
    """
    if cursor.nearest and cursor.after is not None:
        return _filled_upwards(cursor, page, cards)
    shown: list[Item] = []
    met: set[int] = set()
    for number in range(ROUNDS):
        # what hid much hides more: each round asks for twice as many
        part = replace(cursor, limit=min(MOST, (cursor.limit - len(shown) + OVER) << number))
        ids = page(part)
        by_entry = {card.entry_id: card for card in cards(ids)} if ids else {}
        for position, entry_id in enumerate(ids, start=1):
            card = by_entry.get(entry_id)
            if card is not None and not (once_each and card.id in met):
                shown.append(card)
                met.add(card.id)
            if len(shown) == cursor.limit:
                is_last = position == len(ids) < part.limit
                return Slice(shown, next=None if is_last else entry_id)
        if len(ids) < part.limit:
            return Slice(shown)
        cursor = replace(cursor, before=ids[-1])
    return Slice(shown, next=cursor.before)


def slice_below(
    viewer_id: int | None,
    above: Sequence[int],
    cursor: Cursor,
    page: Callable[[Cursor], list[int]],
    *,
    hide_muted: bool = False,
) -> tuple[list[TweetCard], Slice[TweetCard]]:
    """Cards of tweets that stand above a page, and the page, in as many queries as the page alone."""
    shown: list[TweetCard] | None = None

    def cards(ids: list[int]) -> list[TweetCard]:
        nonlocal shown
        first, then = cards_beside(viewer_id, above if shown is None else (), ids, hide_muted=hide_muted)
        shown = first if shown is None else shown
        return then

    slice_ = filled_slice(cursor, page, cards)
    if shown is None:  # nothing is below them
        cards([])
    return shown or [], slice_


def _filled_upwards(
    cursor: Cursor, page: Callable[[Cursor], list[int]], cards: Callable[[list[int]], list[Item]]
) -> Slice[Item]:
    """The cards right above the cursor's lower bound, each tweet once, newest first."""
    shown: dict[int, Item] = {}
    for number in range(ROUNDS):
        part = replace(cursor, limit=min(MOST, (cursor.limit - len(shown) + OVER) << number))
        ids = page(part)
        for card in reversed(cards(ids) if ids else []):
            if len(shown) < cursor.limit:
                shown.setdefault(card.id, card)
        if len(shown) == cursor.limit or len(ids) < part.limit:
            break
        cursor = replace(cursor, after=ids[0])
    upwards = list(shown.values())
    return Slice(upwards[::-1], next=upwards[0].entry_id if upwards else None)
