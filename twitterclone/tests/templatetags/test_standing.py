"""What stands still on every page: drawn once per language, without anybody's values."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import NoReverseMatch
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


def test_block_is_drawn_once_for_each_value_it_names() -> None:
    text = (
        "{% load standing ui %}"
        "{% standing by place who.is_staff %}{{ place }} {{ who.is_staff }} {{ who.name }} {% new_key %}"
        "{% endstanding %}"
    )
    page = Template(text)

    def drawn(place: str, is_staff: bool, name: str) -> str:
        return page.render(Context({"place": place, "who": {"is_staff": is_staff, "name": name}}))

    first = drawn("home", False, "bob")
    assert first.startswith("home False  ")
    assert drawn("home", False, "eve") == first
    assert drawn("home", True, "eve").startswith("home True  ")
    assert drawn("explore", False, "bob").startswith("explore False  ")


def test_slot_is_filled_from_each_page() -> None:
    page = Template(
        "{% load standing ui %}{% standing by size %}{% new_key %} {{ size }}"
        "{% slot %}<b>{{ name }}</b>{% endslot %}.{% slot %}{{ size }}{% endslot %}{% endstanding %}"
    )
    bob = page.render(Context({"name": "bob<", "size": 2}))
    eve = page.render(Context({"name": "eve", "size": 2}))
    assert bob.endswith(" 2<b>bob&lt;</b>.2")
    assert eve == bob.replace("bob&lt;", "eve")


def test_standing_inside_a_standing_is_a_part_of_it() -> None:
    page = Template(
        "{% load standing %}{% standing by size %}[{% standing by size %}{{ size }}"
        "{% slot %}{{ name }}{% standing %}!{% endstanding %}{% endslot %}{% endstanding %}]{% endstanding %}"
    )
    assert page.render(Context({"name": "bob", "size": 1})) == "[1bob!]"
    assert page.render(Context({"name": "eve", "size": 1})) == "[1eve!]"
    assert page.render(Context({"name": "eve", "size": 2})) == "[2eve!]"


def test_slot_outside_of_a_standing_is_what_it_holds() -> None:
    page = Template("{% load standing %}{% slot %}{{ name }}{% endslot %}")
    assert page.render(Context({"name": "bob"})) == "bob"


def test_standing_that_fails_leaves_the_next_one_alone() -> None:
    failing = Template(
        "{% load standing %}{% standing by size %}{% slot %}{% endslot %}{% url 'no-such' %}{% endstanding %}"
    )
    with pytest.raises(NoReverseMatch):
        failing.render(Context())
    page = Template("{% load standing %}{% slot %}{{ name }}{% endslot %}")
    assert page.render(Context({"name": "bob"})) == "bob"


def test_standing_refuses_names_without_by() -> None:
    with pytest.raises(TemplateSyntaxError, match="comes 'by'"):
        Template("{% load standing %}{% standing size %}{% endstanding %}")
