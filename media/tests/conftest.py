"""Empty stores for each test: a transaction that is rolled back leaves its files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def empty_stores() -> Iterator[None]:
    folder = Path(settings.MEDIA_ROOT).parent
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "uploads").mkdir(parents=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)
