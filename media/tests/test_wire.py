"""A medium as programs read it."""

from dataclasses import replace

import pytest

from media.queries import MediaCard
from media.wire import MediaAttachment, media_attachment

pytestmark = pytest.mark.unit

PICTURE = MediaCard(
    id=7, kind="image", state="ready", url="/media/files/a.jpg", preview_url="/media/files/a-small.jpg",
    sources=(), width=1200, height=800, small_width=600, small_height=400, alt="A pier", blurhash="LEHV6n",
    color="#336699", focus_x=0.5, focus_y=-0.25,
)  # fmt: skip


def test_attachment_has_every_documented_key(settings: object) -> None:
    told = media_attachment(PICTURE)
    assert set(told) == set(MediaAttachment.__annotations__)
    assert (told["id"], told["type"], told["description"]) == ("7", "image", "A pier")
    assert told["url"] == f"{settings.SITE_URL}/media/files/a.jpg"
    assert told["preview_url"] == f"{settings.SITE_URL}/media/files/a-small.jpg"


def test_attachment_says_its_sizes_and_focus() -> None:
    meta = media_attachment(PICTURE)["meta"]
    assert meta["original"] == {"width": 1200, "height": 800, "size": "1200x800", "aspect": 1.5}
    assert meta["small"] == {"width": 600, "height": 400, "size": "600x400", "aspect": 1.5}
    assert meta["focus"] == {"x": 0.5, "y": -0.25}


def test_attachment_has_no_url_while_it_waits() -> None:
    waiting = replace(
        PICTURE, state="pending", url="", preview_url="", width=0, height=0, alt="", blurhash=""
    )
    told = media_attachment(waiting)
    assert (told["url"], told["preview_url"], told["description"], told["blurhash"]) == (None,) * 4
    assert told["meta"] == {"focus": {"x": 0.5, "y": -0.25}}


def test_small_size_is_the_whole_picture_when_there_is_no_smaller_one() -> None:
    meta = media_attachment(replace(PICTURE, preview_url="", small_width=0, small_height=0))["meta"]
    assert meta["small"] == meta["original"]


@pytest.mark.parametrize(("kind", "told"), [("gif", "gifv"), ("video", "video")])
def test_moving_kinds_have_the_protocols_names(kind: str, told: str) -> None:
    assert media_attachment(replace(PICTURE, kind=kind))["type"] == told
