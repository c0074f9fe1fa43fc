"""The one way a page shows a picture."""

from typing import Any, Final

from django import template

from media.queries import MediaCard

register = template.Library()

# how wide the place is that the browser chooses a file for
PLACES: Final = {
    "grid": "(min-width: 688px) 260px, 50vw",
    "tile": "(min-width: 688px) 200px, 33vw",
    "whole": "100vw",
}


@register.inclusion_tag("media/_picture.html")
def picture(card: MediaCard, place: str = "grid", lazy: bool = True) -> dict[str, Any]:
    """The picture, or the first image of a video, at a place; it keeps its room before it has come."""
    modern = [source for source in card.sources if source.type == "image/avif"]
    plain = [source for source in card.sources if source.type in ("image/jpeg", "image/png")]
    return {
        "card": card,
        "modern": _srcset(modern),
        "plain": _srcset(plain),
        "sizes": _alone(card) if place == "single" else PLACES[place],
        "lazy": lazy,
    }


def _alone(card: MediaCard) -> str:
    """A picture alone keeps its shape; it is never shown larger than it is, nor higher than a screen."""
    widest = min(520, card.width, 510 * card.width // max(card.height, 1) + 1)
    return f"(min-width: 688px) {widest}px, min({widest}px, 100vw - 80px)"


def _srcset(sources: Any) -> str:
    return ", ".join(f"{source.url} {source.width}w" for source in sources)
