"""The apps' fixtures, and a clean Redis for each test."""

from collections.abc import Iterator

import pytest

from twitterclone.lib.redis import client, key

pytest_plugins = ["accounts.tests.cast", "twitterclone.tests.valkey", "twitterclone.tests.site"]


@pytest.fixture(autouse=True)
def clean_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Deletes this run's keys after each test that may have written some."""
    yield
    if request.node.get_closest_marker("unit"):
        return
    for role in ("timelines", "sessions", "cache", "channels"):
        redis = client(role)
        names = list(redis.scan_iter(key("*"), count=1000))
        if names:
            redis.delete(*names)
