"""{% drawn %}: a page of cards that are drawn already, put together at once."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from tweets.queries.cards import TweetCard
from tweets.timelines.drawing import Drawn

register = template.Library()


@register.simple_tag
def drawn(cards: Iterable[Drawn | TweetCard]) -> SafeString | str:
    """The HTML of all cards; "" as soon as one of them is still to be drawn by its template."""
    parts = [card.filled() if isinstance(card, Drawn) else None for card in cards]
    if None in parts:
        return ""
    return mark_safe(b"".join(filter(None, parts)).decode())  # noqa: S308 -- drawn by templates
