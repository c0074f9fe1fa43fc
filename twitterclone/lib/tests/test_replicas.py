"""Without a replica nothing is different; what a replica must have come to."""

import time
from typing import Any

import pytest
from django.conf import settings as given
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from twitterclone import checks
from twitterclone.lib import replica_marks, replica_watch, replicas
from twitterclone.lib.replica_watch import Seen, Watch


@pytest.mark.django_db
def test_nothing_is_different_when_there_is_no_replica(client: Client, alice: User) -> None:
    assert given.REPLICAS == {}
    assert list(connections) == [DEFAULT_DB_ALIAS]
    assert not any("replica" in name for name in [*given.MIDDLEWARE, *given.DATABASE_ROUTERS])
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/alice/").status_code == 200
    assert not any("lsn" in found["sql"] for found in asked)
    with replicas.reading(alice.pk):
        assert replicas.chosen() == DEFAULT_DB_ALIAS


def test_mark_is_the_furthest_when_two_writes_end_together(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (replica_marks.needed_by(None), replica_marks.needed_by(7)) == (0, 0)
    replica_marks.note_write(7)
    first = replica_marks.needed_by(7)
    assert first is not None
    assert first > 0
    monkeypatch.setattr(replica_marks, "HERE", "SELECT 5")
    replica_marks.note_write(7)
    assert replica_marks.needed_by(7) == first


@pytest.mark.unit
class TestLag:
    @pytest.fixture
    def lags(self, settings: Any) -> Any:
        settings.REPLICA_MAX_BYTES, settings.REPLICA_MAX_SECONDS = 1000, 5.0
        now = time.monotonic()

        def judge(position: int, *primary: tuple[float, int]) -> bool:
            watch = Watch(primary=tuple((now - ago, there) for ago, there in primary))
            return replica_watch._lags(watch, Seen(now, position), now)

        return judge

    def test_replica_is_judged_by_bytes_and_by_when_the_primary_was_there(self, lags: Any) -> None:
        assert lags(100), "while nothing is known of the primary"
        assert not lags(100, (9.0, 100), (1.0, 900))
        assert lags(100, (9.0, 100), (1.0, 1101)), "too many bytes"
        assert lags(100, (9.0, 101), (1.0, 900)), "for too long"

    def test_replica_does_not_lag_when_the_primary_is_idle(self, lags: Any) -> None:
        assert not lags(500, (3600.0, 500), (0.1, 500))


@pytest.mark.unit
def test_settings_of_replicas_that_cannot_be_meant_are_refused(settings: Any) -> None:
    assert checks.replica_lag(None) == []
    settings.REPLICAS = {"replica1": "nonsense"}
    settings.REPLICA_MAX_SECONDS = 99.0
    assert [found.id for found in checks.replica_lag(None)] == ["twitterclone.E006", "twitterclone.E007"]
