"""The apps' fixtures, and a clean Redis for each test."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tweets.partitions import make_months
from twitterclone.lib.redis import client, key

pytest_plugins = [
    "accounts.tests.cast",
    "twitterclone.tests.api",
    "twitterclone.tests.valkey",
    "twitterclone.tests.cluster",
    "twitterclone.tests.site",
    "twitterclone.tests.standby",
]


DAYS_PAST = 60  # how far back tests put what was said before
STANDING = (b":_kombu.binding.", b":live:")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' database has the months just past too: a site has them, unless it began today."""
    today = datetime.now(UTC).date()
    with django_db_blocker.unblock():
        make_months(today - timedelta(days=DAYS_PAST), today)


@pytest.fixture(scope="session", autouse=True)
def clean_files() -> Iterator[None]:
    """Removes the folder of this run's media at its end."""
    yield
    shutil.rmtree(Path(settings.MEDIA_ROOT).parent, ignore_errors=True)


@pytest.fixture(autouse=True)
def clean_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Deletes this run's keys after each test that may have written some.

    A site that stands through several tests keeps its way to the queues and its sockets: it names them once.
    """
    yield
    if request.node.get_closest_marker("unit"):
        return
    kept = STANDING if "standing_site" in request.fixturenames else ()
    for role in ("timelines", "sessions", "cache", "channels"):
        redis = client(role)
        found = redis.scan_iter(key("*"), count=1000)
        names = [name for name in found if not any(part in name for part in kept)]
        if names:
            redis.delete(*names)


@pytest.fixture(autouse=True)
def clean_outbox(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empties the outbox after tests that really commit: it is no model, so no flush knows it."""
    yield
    commits = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    marker = request.node.get_closest_marker("django_db")
    if commits or (marker and marker.kwargs.get("transaction")):
        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM outbox")
        connection.close()  # a browser's loop has a connection of its own, which nobody else would close
