"""The import map: every module by a bare name, and none of the tests."""

import json
import re
from types import SimpleNamespace

import pytest
from django.conf import settings

from twitterclone.templatetags.importmap import importmap, modules

pytestmark = pytest.mark.unit


def test_every_module_is_named_once():
    imports = json.loads(modules())["imports"]
    root = settings.BASE_DIR / "static" / "js"
    names = {path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.js")}
    assert {name for name in names if not name.startswith("tests/")} <= set(imports)
    assert not any("tests/" in name for name in imports)


def test_bare_imports_of_modules_are_in_the_map():
    imports = json.loads(modules())["imports"]
    missing = [
        (path.name, name)
        for path in (settings.BASE_DIR / "static" / "js").rglob("*.js")
        for name in re.findall(r'from "([^".]+)"|^import "([^".]+)"', path.read_text(), re.MULTILINE)
        for name in name
        if name and not name.startswith("node:") and name not in imports
    ]
    assert missing == []


def test_map_carries_the_nonce_of_the_request():
    assert 'nonce="abc"' in importmap({"request": SimpleNamespace(csp_nonce="abc")})
