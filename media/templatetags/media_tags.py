"""The one way a page shows a picture."""

from typing import Any, Final

from django import template

from media.queries import MediaCard

register = template.Library()

# how wide the place is that the browser chooses a file for
PLACES: Final = {
    "single": "(min-width: 688px) 520px, calc(100vw - 96px)",
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
        "sizes": PLACES[place],
        "lazy": lazy,
    }


def _srcset(sources: Any) -> str:
    return ", ".join(f"{source.url} {source.width}w" for source in sources)
