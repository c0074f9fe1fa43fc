"""A medium as the API writes it: MediaAttachment, with the sizes that clients lay out by."""

from typing import Any, TypedDict

from media.queries import MediaCard
from twitterclone.lib.api.markup import absolute

TYPES = {"image": "image", "gif": "gifv", "video": "video"}


class MediaSize(TypedDict):
    width: int
    height: int
    size: str
    aspect: float


class MediaAttachment(TypedDict):
    id: str
    type: str
    url: str | None
    preview_url: str | None
    remote_url: None
    preview_remote_url: None
    text_url: None
    meta: dict[str, Any]
    description: str | None
    blurhash: str | None


def media_attachment(card: MediaCard) -> MediaAttachment:
    """The medium; `url` is null, and `meta` knows no sizes, until it is prepared."""
    url = absolute(card.url) if card.url else None
    return {
        "id": str(card.id),
        "type": TYPES[card.kind],
        "url": url,
        "preview_url": absolute(card.preview_url) if card.preview_url else url,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(card),
        "description": card.alt or None,
        "blurhash": card.blurhash or None,
    }


def _meta(card: MediaCard) -> dict[str, Any]:
    focus = {"x": card.focus_x, "y": card.focus_y}
    if not (card.width and card.height):
        return {"focus": focus}
    original = _size(card.width, card.height)
    small = _size(card.small_width, card.small_height) if card.small_width and card.small_height else original
    colors = {"colors": {"background": card.color}} if card.color else {}
    return {**original, "original": original, "small": small, "focus": focus, **colors}


def _size(width: int, height: int) -> MediaSize:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": round(width / height, 6),
    }
