"""The one way a page shows a picture."""

from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from media.queries import MediaCard

register = template.Library()

# how wide the place is that the browser chooses a file for
PLACES: Final = {
    "grid": "(min-width: 688px) 260px, 50vw",
    "tile": "(min-width: 688px) 200px, 33vw",
    "whole": "100vw",
}
# where a picture stands alone and keeps its shape: how wide and how high it may be, and how wide on a phone
ALONE: Final = {
    "single": (520, 510, "100vw - 80px"),
    "quoted": (460, 280, "100vw - 110px"),
    "message": (320, 320, "60vw"),
}


@register.inclusion_tag("media/_picture.html")
def picture(card: MediaCard, place: str = "grid", lazy: bool = True) -> dict[str, Any]:
    """The picture, or the first image of a video, at a place; it keeps its room before it has come."""
    modern = [source for source in card.sources if source.type == "image/avif"]
    plain = [source for source in card.sources if source.type in ("image/jpeg", "image/png")]
    width, height = shown_size(card, place)
    return {
        "card": card,
        "modern": _srcset(modern),
        "plain": _srcset(plain),
        "sizes": f"(min-width: 688px) {width}px, min({width}px, {ALONE[place][2]})"
        if place in ALONE
        else PLACES[place],
        "width": width,
        "height": height,
        "lazy": lazy,
    }


@register.simple_tag
def room(card: MediaCard, place: str) -> SafeString:
    """The attributes that hold a medium's room before it has come."""
    return format_html('width="{}" height="{}"', *shown_size(card, place))


def shown_size(card: MediaCard, place: str) -> tuple[int, int]:
    """Alone a picture keeps its shape; it is never shown larger than it is, nor higher than a screen."""
    if place not in ALONE:
        return card.width, card.height
    most_width, most_height, _ = ALONE[place]
    width = min(most_width, card.width, most_height * card.width // max(card.height, 1) + 1)
    return width, max(1, round(card.height * width / max(card.width, 1)))


def _srcset(sources: Any) -> str:
    return ", ".join(f"{source.url} {source.width}w" for source in sources)
