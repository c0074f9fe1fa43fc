"""Templates and styles keep the content policy and name only what exists."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

pytestmark = pytest.mark.unit

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAILS = ROOT / "templates" / "account" / "email"
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_compiles_and_needs_no_hole_in_the_policy(path):
    source = path.read_text()
    get_template(str(path.relative_to(ROOT / "templates")))
    # mail programs read no stylesheet, and no policy holds there: mails alone are drawn by attributes
    attributes = r"on[a-z]+|hx-on[^=\s]*" if path.parent == MAILS else r"style|on[a-z]+|hx-on[^=\s]*"
    assert re.findall(rf"<[^>]*\s(?:{attributes})=", source) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style", source) == []


def test_icons_used_are_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))
    used = {
        name
        for path in TEMPLATES
        for pattern in (r'{% icon "([^"]+)"', r'\bicon="([^"]+)"')
        for name in re.findall(pattern, path.read_text())
    }
    assert used - drawn == set()


def test_every_stylesheet_is_linked():
    templates = "".join(path.read_text() for path in TEMPLATES)
    linked = re.findall(r"{% static '(css/[^']+)' %}", templates)
    imported = re.findall(r'@import url\("([^"]+)"\);', (ROOT / "static/css/site.css").read_text())
    assert len(imported) == len(set(imported))
    assert {*linked, *(f"css/{name}" for name in imported)} == {
        str(path.relative_to(ROOT / "static")) for path in STYLES
    }


def test_colours_are_named_only_in_the_tokens():
    strays = {
        path.name: found
        for path in STYLES
        if path.name not in ("tokens.css", "error.css", "avatar.css", "icon.css")
        and (found := re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", path.read_text()))
    }
    assert strays == {}


def test_each_block_is_drawn_in_one_file():
    drawn = defaultdict(set)
    for path in STYLES:
        for name in re.findall(r"^  (\.[\w-]+) \{", path.read_text(), re.MULTILINE):
            drawn[name].add(path.name)
    assert len(drawn) > 100
    assert {name: files for name, files in drawn.items() if len(files) > 1} == {}


def test_layout_follows_the_direction_of_writing():
    pattern = r"(?<![\w-])(?:(?:margin|padding|border|inset)-)?(?:left|right)\s*:|text-align: (?:left|right)"
    assert {path.name: found for path in STYLES if (found := re.findall(pattern, path.read_text()))} == {}
