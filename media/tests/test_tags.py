"""How a page shows a picture."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from media.templatetags.media_tags import picture, room
from media.tests.test_wire import PICTURE

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ((2048, 1024), 520, 260),
        ((120, 90), 120, 90),
        ((700, 2000), 179, 511),
        ((2048, 200), 520, 51),
        ((1, 2048), 1, 2048),
    ],
)
def test_picture_alone_is_never_shown_larger_than_it_is(
    size: tuple[int, int], width: int, height: int
) -> None:
    card = replace(PICTURE, width=size[0], height=size[1])
    html = render_to_string("media/_picture.html", picture(card, "single"))
    assert f'sizes="(min-width: 688px) {width}px, min({width}px, 100vw - 80px)"' in html
    assert f'width="{width}" height="{height}" alt="A pier"' in html
    assert room(card, "single") == f'width="{width}" height="{height}"'
