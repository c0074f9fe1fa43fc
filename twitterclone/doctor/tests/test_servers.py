"""Redis, queues and the site's own tables: each check in a good and in a bad state."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections

from twitterclone.doctor import clock, redis, traffic
from twitterclone.doctor.tests.helpers import bad, found
from twitterclone.lib.redis import client
from twitterclone.tests.valkey import OwnValkey, own_server


@pytest.mark.parametrize(("off", "severity"), [(0, "ok"), (3, "warning"), (-3, "warning"), (90, "error")])
def test_clock_is_told_when_it_differs(monkeypatch: Any, off: float, severity: str) -> None:
    real = clock.time.time
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: real() + off))
    for name in ("clock.database", "clock.redis"):
        [line] = found(name)
        assert line.startswith(f"{severity}: the clock of ")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_redis_is_well_when_it_keeps_what_must_not_go(tmp_path: Any, settings: Any) -> None:
    with own_server(tmp_path, settings, keeps_log=True):
        client("sessions").config_set("maxmemory", "100mb")
        for name in ("answers", "version", "persistence", "eviction", "memory", "latency", "way"):
            assert bad(f"redis.{name}") == []


def test_redis_is_told_when_it_forgets_or_throws_away(own_valkey: OwnValkey, monkeypatch: Any) -> None:
    peer = client("sessions")
    peer.config_set("maxmemory-policy", "allkeys-lru")
    assert bad("redis.persistence")[0].endswith("writes no log: a restart loses sessions and tasks")
    assert bad("redis.eviction")[0].endswith("throws away what it has no room for (allkeys-lru)")
    used = peer.info("memory")["used_memory"]
    peer.config_set("maxmemory", str(used * 10 // 9))
    assert bad("redis.memory")[0].startswith("warning: ")
    peer.config_set("maxmemory", str(used))
    assert bad("redis.memory")[0].startswith("error: ")
    monkeypatch.setattr(redis, "TOO_SLOW", 0.0)
    assert bad("redis.latency")[0].startswith("error: ")


def test_redis_is_told_when_it_is_away(own_valkey: OwnValkey) -> None:
    own_valkey.kill()
    [line] = found("redis.answers")
    assert line.endswith("no answer (ConnectionError)")


def test_redis_is_told_when_it_is_far_and_open(settings: Any) -> None:
    roles = settings.REDIS_ROLES
    settings.REDIS_ROLES = {**roles, "cache": "redis://10.1.2.3/0", "broker": "redis://:word@10.1.2.3/0"}
    assert found("redis.way") == [
        "error: Redis of cache at 10.1.2.3 has no password",
        "hint: the way to Redis at 10.1.2.3 is not encrypted",
    ]


def test_queue_is_told_when_it_grows(settings: Any) -> None:
    assert bad("queues.length") == []
    queue = f"{settings.REDIS_PREFIX}:media"
    client("broker").rpush(queue, *range(1001))
    try:
        assert bad("queues.length") == ["warning: 1,001 tasks wait in media"]
    finally:
        client("broker").delete(queue)


@pytest.mark.django_db(transaction=True)
def test_tables_are_told_when_something_is_left_undone(monkeypatch: Any, settings: Any) -> None:
    names = ("queues.events", "schema.migrations", "schema.tables", "schema.months", "schema.indexes")
    more = ("postgres.autovacuum", "postgres.transactions", "postgres.connections")
    assert [line for name in (*names, *more) for line in bad(name)] == []
    event = "INSERT INTO outbox (event, consumer, payload, available_at) VALUES ('e', 'c', '{}'"
    run(f"{event}, now() - interval '1 hour'), ('e', 'c', '{{}}', 'infinity')")
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('tweets', '9999_later', now())")
    run("UPDATE django_migrations SET name = 'x' || name WHERE app = 'media' AND name = '0001_initial'")
    run("ALTER TABLE drafts SET (autovacuum_enabled = false)")
    run("CREATE INDEX half ON ONLY tweets (language)")
    run("ALTER TABLE bookmarks RENAME TO kept")
    run("UPDATE id_nodes SET leased_until = 9000000000000 WHERE node < 300")
    monkeypatch.setattr("twitterclone.doctor.schema.FEWEST_DAYS", 1000)
    try:
        assert [line.partition(",")[0] for line in bad("queues.events")] == [
            "error: 1 events wait",
            "error: 1 events failed twenty times and wait for a person",
        ]
        assert bad("schema.migrations") == [
            "error: 1 migrations are not applied: media.0001_initial",
            "warning: the database has 2 migrations that this code lacks: media.x0001_initial",
        ]
        assert bad("schema.months")[0].startswith("error: tweets have months for ")
        assert bad("schema.tables") == ["error: tables are gone: bookmarks"]
        assert bad("schema.indexes") == ["warning: index half of tweets is not whole"]
        assert bad("postgres.autovacuum") == ["warning: autovacuum is off for drafts"]
        assert bad("postgres.connections")[0].startswith("warning: 300 processes with 8 connections each")
    finally:
        run("ALTER TABLE kept RENAME TO bookmarks")
        run("DELETE FROM django_migrations WHERE name = '9999_later'")
        run("UPDATE django_migrations SET name = '0001_initial' WHERE name = 'x0001_initial'")
        run("ALTER TABLE drafts RESET (autovacuum_enabled)")
        run("DROP INDEX half")
        run("UPDATE id_nodes SET leased_until = 0 WHERE node < 300")


@pytest.mark.django_db(transaction=True)
def test_transaction_is_told_when_it_stays_open(monkeypatch: Any) -> None:
    other = connections["default"].copy()
    other.settings_dict["OPTIONS"] = {}
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    monkeypatch.setattr(traffic, "IDLE_MINUTES", -1)
    try:
        assert any("does nothing in a transaction" in line for line in bad("postgres.transactions"))
    finally:
        other.rollback()
        other.close()
