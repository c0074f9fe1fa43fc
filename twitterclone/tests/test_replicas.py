"""Replicas: who reads from which, nobody what is older than their own writes, and no error when one dies."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import User
from ops import external
from tweets.models import Tweet
from tweets.services.posting import post_tweet
from twitterclone import health
from twitterclone.doctor import registry
from twitterclone.doctor.tests.helpers import bad
from twitterclone.lib import direct, prepared, replica_marks, replicas
from twitterclone.monitoring import database
from twitterclone.monitoring.families import Found
from twitterclone.tests.standby import ALIAS, Replica


def asks(replica: Replica, client: Client, path: str) -> int:
    """How many statements a request for this page sends to the replica."""
    with replica.queries() as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def written_by(program: Any, user: User) -> list[int]:
    return [
        int(status["id"]) for status in program.call("get", f"/api/v1/accounts/{user.pk}/statuses").json()
    ]


@pytest.mark.flow
@pytest.mark.django_db(transaction=True, databases=[DEFAULT_DB_ALIAS, ALIAS])
class TestReading:
    def test_pages_that_may_lag_are_read_from_the_replica(
        self, replica: Replica, client: Client, alice: User, bob: User, api: Callable
    ) -> None:
        tweet = post_tweet(author=alice, text="Fine #weather")
        client.force_login(bob)
        replica.catch_up()
        pages = [
            "/alice/",
            f"/alice/status/{tweet.pk}/",
            "/explore/",
            "/search/?q=fine",
            "/hashtags/weather/",
        ]
        pages = [page for page in pages if client.get(page).status_code == 200]
        assert len(pages) >= 3
        for page in pages:
            replica.catch_up()
            with CaptureQueriesContext(connection) as primary:
                assert asks(replica, client, page) > 1, page
            wrong = [found["sql"] for found in primary if 'FROM "tweets"' in found["sql"]]
            assert wrong == [], page
        program = api(charlie := User.objects.create_user("charlie", "c@example.com", "x"))
        replica.catch_up()
        for path in (f"accounts/{alice.pk}/statuses", f"statuses/{tweet.pk}", f"statuses/{tweet.pk}/context"):
            assert asks(replica, program, f"/api/v1/{path}") > 0, (path, charlie)

    def test_what_is_personal_and_live_is_read_from_the_primary(
        self, replica: Replica, client: Client, alice: User
    ) -> None:
        client.force_login(alice)
        replica.catch_up()
        assert asks(replica, client, "/notifications/") == 0
        assert asks(replica, client, "/messages/") == 0

    def test_nobody_misses_their_own_writes_when_the_replica_stands_still(
        self, replica: Replica, alice: User, bob: User, api: Callable, settings: Any
    ) -> None:
        settings.RATE_LIMITS = False
        settings.REPLICA_MAX_SECONDS = 60.0
        settings.REPLICA_MAX_BYTES = 1 << 40  # other tests write to the same server meanwhile
        hers, his = api(alice), api(bob)
        first = int(hers.call("post", "/api/v1/statuses", {"status": "before"}).json()["id"])
        replica.catch_up()
        replica.pause()
        for number in range(20):
            written = int(hers.call("post", "/api/v1/statuses", {"status": f"tweet {number}"}).json()["id"])
            assert written_by(hers, alice)[0] == written
            assert hers.call("get", f"/api/v1/statuses/{written}").status_code == 200
            with replica.queries() as asked:
                assert written_by(his, alice) == [first]
            assert len(asked) > 0
        replica.resume()
        replica.catch_up()
        with replica.queries() as asked:
            assert written_by(hers, alice)[0] == written
        assert len(asked) > 0

    def test_replica_is_left_when_it_lags(
        self, replica: Replica, client: Client, alice: User, settings: Any
    ) -> None:
        replica.catch_up()
        replica.pause()
        settings.REPLICA_MAX_SECONDS = 0.5
        post_tweet(author=alice, text="Is anybody there?")
        deadline = time.monotonic() + 5
        while asks(replica, client, "/alice/"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert Tweet.objects.get().content in client.get("/alice/").content.decode()
        settings.REPLICA_MAX_SECONDS, settings.REPLICA_MAX_BYTES = 60.0, 1
        assert asks(replica, client, "/alice/") == 0
        replica.resume()
        settings.REPLICA_MAX_BYTES = 1 << 24
        replica.catch_up()
        assert asks(replica, client, "/alice/") > 0

    def test_nothing_fails_when_the_replica_is_killed(
        self, replica: Replica, client: Client, alice: User, api: Callable
    ) -> None:
        tweet = post_tweet(author=alice, text="Still here")
        program = api(alice)
        replica.catch_up()
        assert asks(replica, client, "/alice/") > 0
        replica.server.kill()
        try:
            for _ in range(10):
                assert "Still here" in client.get("/alice/").content.decode()
                assert program.call("get", f"/api/v1/statuses/{tweet.pk}").status_code == 200
        finally:
            replica.server.clear_up()
            replica.server.start()
        replica.catch_up()
        deadline = time.monotonic() + 5  # its pool waits a moment before it tries again
        while not asks(replica, client, "/alice/"):
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def test_reads_stay_on_the_primary_when_they_must(
        self, replica: Replica, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        replica.catch_up()
        assert replicas.chosen() == DEFAULT_DB_ALIAS
        with replicas.reading():
            assert replicas.chosen() == ALIAS
            with transaction.atomic():
                assert replicas.chosen() == DEFAULT_DB_ALIAS
            with replicas.on_primary():
                assert replicas.chosen() == DEFAULT_DB_ALIAS
            with replica.queries() as asked:
                prepared.rows("SELECT 1", [], fresh=True)
            assert len(asked) == 0
            with transaction.atomic():
                assert User.objects.select_for_update().get(pk=alice.pk) == alice
            assert replicas.chosen() == DEFAULT_DB_ALIAS, "after what is for a write"
        monkeypatch.setattr(replica_marks, "client", _away)
        with replicas.reading(alice.pk):
            assert replicas.chosen() == DEFAULT_DB_ALIAS, "while Redis is down"

    def test_site_whose_primary_is_a_standby_is_not_well(
        self, replica: Replica, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "address", lambda *_: direct.address(ALIAS))
        monkeypatch.setattr(registry, "address", lambda: direct.address(ALIAS))
        monkeypatch.setattr(database, "address", lambda: direct.address(ALIAS))
        health.examined.forget()
        answer = client.get("/health/ready")
        health.examined.forget()
        assert answer.status_code == 503
        assert answer.json()["parts"]["database"] | {"ms": 0} == {
            "state": "read-only",
            "ms": 0,
            "needed": True,
        }
        assert bad("postgres.writes") == ["error: the server is a standby: nothing can be written"]
        database.look(found := Found())
        assert found.get("database_writable") == 0
        assert "leads to a standby" in external.database_problem(direct.address(ALIAS))


def _away(role: str) -> None:
    raise RedisConnectionError("down")
