"""Keyset paging: a page is what comes before or after an id. No COUNT, no OFFSET."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.conf import settings

from twitterclone.lib.errors import BadRequest

T = TypeVar("T")
BIGGEST_ID = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: items with an id below `before`, or above `after`, at most `limit` of them.

    A page is always sorted newest first. With `nearest`, of those above `after` the ones right above it
    are wanted, not the newest.
    """

    before: int | None = None
    after: int | None = None
    limit: int = field(default_factory=lambda: settings.PAGE_SIZE)
    nearest: bool = False

    @classmethod
    def parse(cls, query: Mapping[str, str], limit: int | None = None) -> "Cursor":
        """The cursor of a query string; refuses what is not an id (BadRequest)."""
        return cls(
            before=parse_id(query.get("before")),
            after=parse_id(query.get("after")),
            limit=limit or settings.PAGE_SIZE,
        )


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of items, and the id to pass as `before` for the next, or None at the end."""

    items: list[T]
    next: int | None = None


def parse_id(text: str | None) -> int | None:
    """The id a client sent, None when it sent none; refuses anything else (BadRequest)."""
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= BIGGEST_ID):
        raise BadRequest
    return int(text)
