"""What a released version promised to programs still holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

RELEASES = sorted((Path(settings.BASE_DIR) / "docs" / "releases").glob("v*"))
METHODS = {"get", "post", "put", "patch", "delete"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def today() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_releases_are_kept() -> None:
    assert [release.name for release in RELEASES]
    for release in RELEASES:
        assert "CREATE TABLE public.tweets" in (release / "schema.sql").read_text()


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_api_of_a_release_still_holds(release: Path, today: dict[str, Any]) -> None:
    promised = json.loads((release / "openapi.json").read_text())
    calls = {f"{method} {path}" for path, item in promised["paths"].items() for method in METHODS & set(item)}
    answered = {f"{method} {path}" for path, item in today["paths"].items() for method in METHODS & set(item)}
    assert len(calls) > 80
    assert sorted(calls - answered) == []
    assert _fields(promised)
    assert sorted(_fields(promised) - _fields(today)) == []


def _fields(document: dict[str, Any]) -> set[str]:
    """Every field of every entity that the document names, as `Entity.field`."""
    schemas = document["components"]["schemas"]
    return {f"{name}.{field}" for name, schema in schemas.items() for field in schema.get("properties", {})}
