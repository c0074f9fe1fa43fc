"""What pages and programs show of media."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from media.models import Media
from twitterclone.lib.errors import NotVisible


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a picture: its address, MIME type and width in pixels."""

    url: str
    type: str
    width: int


@dataclass(frozen=True, slots=True)
class MediaCard:
    """A medium as it is shown. Pixels are those of the largest size; focus runs from -1 to 1, y upwards."""

    id: int
    kind: str
    state: str
    url: str
    preview_url: str
    sources: tuple[Source, ...]
    width: int
    height: int
    small_width: int
    small_height: int
    alt: str
    blurhash: str
    color: str
    focus_x: float
    focus_y: float
    failure: str = ""

    @property
    def is_ready(self) -> bool:
        return self.state == Media.State.READY

    @property
    def moves(self) -> bool:
        """A GIF or video, not a still."""
        return self.kind != Media.Kind.IMAGE


def media_for(owner_id: int, media_id: int) -> Media:
    """An upload of the person's own; NotVisible for everybody else."""
    media = Media.objects.filter(pk=media_id, owner_id=owner_id).first()
    if media is None:
        raise NotVisible
    return media


def own_media_cards(owner_id: int, media_ids: Iterable[int]) -> list[MediaCard]:
    """The person's uploads that no tweet has taken, in the order given; the others are left out."""
    loose = Media.objects.filter(owner_id=owner_id, attached_at=None).exclude(state=Media.State.FAILED)
    found = loose.in_bulk(list(media_ids))
    return [media_card(found[pk]) for pk in media_ids if pk in found]


def media_card(media: Media) -> MediaCard:
    """The row as it is shown; costs no query."""
    variants = media.sizes.get("variants", ())
    stills = [variant for variant in variants if variant["role"] in ("full", "small")]
    small = next((v for v in stills if v["role"] == "small" and v["type"] != "image/avif"), None)
    return MediaCard(
        id=media.pk,
        kind=media.kind,
        state=media.state,
        url=file_url(media.file) if media.state == Media.State.READY else "",
        preview_url=file_url(small["name"]) if small else "",
        sources=tuple(Source(file_url(v["name"]), v["type"], v["width"]) for v in variants),
        width=media.width,
        height=media.height,
        small_width=small["width"] if small else 0,
        small_height=small["height"] if small else 0,
        alt=media.alt_text,
        blurhash=media.blurhash,
        color=media.sizes.get("color", ""),
        focus_x=media.focus_x,
        focus_y=media.focus_y,
        failure=media.failure,
    )


def file_url(name: str) -> str:
    """Where a published file is served; "" for none."""
    return f"{settings.MEDIA_URL}{name}" if name else ""
