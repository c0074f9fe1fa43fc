"""What browsers get of the static files where they are collected."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.unit


@pytest.fixture
def collected(settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "twitterclone.lib.static.StaticStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_styles_of_every_page_are_one_file_with_working_addresses(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    served = collected / names["css/site.css"]
    text = served.read_text()
    assert "@import" not in text
    assert text.index("@layer reset, tokens") < text.index(".tweet {") < text.index("@layer utilities")
    addresses = re.findall(r'url\("([^"]+)"\)', text)
    assert addresses
    assert all((served.parent / address).is_file() for address in addresses)
    assert gzip.decompress((served.parent / f"{served.name}.gz").read_bytes()).decode() == text
