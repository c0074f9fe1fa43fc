"""What stands still on every page: drawn once per language, without anybody's values."""

import pytest
from django.template import Context, Template
from django.utils import translation

pytestmark = pytest.mark.unit


def test_block_is_drawn_once_and_again_for_another_language() -> None:
    text = "{% load standing ui %}{% standing %}{% new_key %}{% endstanding %}"
    page = Template(text)
    first = page.render(Context())
    assert page.render(Context()) == first
    with translation.override("de"):
        german = page.render(Context())
    assert german != first
    assert page.render(Context()) == first
    assert Template(text).render(Context()) != first


def test_block_never_sees_a_value_of_the_page() -> None:
    page = Template("{% load standing %}{{ name }}{% standing %}<{{ name }}>{% endstanding %}")
    assert page.render(Context({"name": "bob"})) == "bob<>"
    assert page.render(Context({"name": "eve"})) == "eve<>"
