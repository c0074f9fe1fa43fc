"""A PostgreSQL that nobody cared for, for real: everything that can be forgotten was."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ops import accounts, servers
from ops.accounts import hand_over
from ops.paths import Layout
from ops.postgres import Postgres
from twitterclone.doctor import database, keeping, traffic
from twitterclone.doctor.tests.helpers import bad, found

pytestmark = pytest.mark.flow

NEGLECTED = """
fsync = off
full_page_writes = off
synchronous_commit = local
autovacuum = off
archive_mode = on
archive_command = 'false'
synchronous_standby_names = 'nobody'
max_prepared_transactions = 2
zero_damaged_pages = on
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    account = accounts.server_account()
    with tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True) as folder:
        home, logs = accounts.own_folder(Path(folder), account), Path(folder) / "log"
        logs.mkdir()
        python = Path(sys.prefix) / "bin" / "python"
        port = {"postgres": servers.free_port()}
        made = servers._servers(home, Layout(logs), account, port, throwaway=True, logs=logs, python=python)
        mine = made.postgres
        mine._initialise()
        mine.throwaway = False
        local = mine.data / "local.conf"
        local.write_text(NEGLECTED)
        hand_over(local, account)
        try:
            mine.start()
            mine.sql(
                "CREATE DATABASE badly ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;"
                "SELECT pg_create_physical_replication_slot('forgotten', true)"
            )
            mine.sql("BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'left'", database="badly")
            yield mine
        finally:
            mine.stop()


@pytest.fixture
def neglected(server: Postgres, monkeypatch: Any) -> Postgres:
    parts = {"host": "127.0.0.1", "port": server.port, "user": "postgres", "password": server.admin_password}
    place = psycopg.conninfo.make_conninfo(dbname="badly", connect_timeout=2, **parts)
    monkeypatch.setattr("twitterclone.doctor.registry.address", lambda: place)
    return server


def test_everything_that_was_forgotten_is_told(neglected: Postgres, monkeypatch: Any) -> None:
    monkeypatch.setattr(traffic, "PREPARED_MINUTES", 0)
    neglected.sql("SELECT pg_switch_wal()")
    deadline = time.monotonic() + 20
    while neglected.sql("SELECT failed_count FROM pg_stat_archiver").strip() == "0":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    told = {
        name: "\n".join(bad(f"postgres.{name}"))
        for name in (
            "answers version encoding extensions promises role way log slots replicas age connections "
            "transactions autovacuum"
        ).split()
    }
    wanted = {
        "encoding": "error: the encoding is SQL_ASCII\nerror: the ctype is C",
        "extensions": "error: the extension pg_trgm is missing\nerror: the extension btree_gin is missing",
        "promises": "error: fsync is off: a crash may destroy the database\nerror: full_page_writes is off: "
        "a crash may destroy the database\nerror: zero_damaged_pages is on, which hides damage",
        "role": "warning: the site's role postgres is a superuser",
        "slots": "warning: slot forgotten is read by nobody",
        "replicas": "error: commits wait for nobody, and nobody of that name is there",
        "autovacuum": "error: autovacuum is off",
    }
    for name in ("log", "transactions"):
        assert told.pop(name).startswith(
            {"log": "error: the log is not archived", "transactions": "error: the prepared transaction left"}[
                name
            ]
        )
    assert told == {name: wanted.get(name, "") for name in told}
    assert bad("schema.migrations") == ["error: the database is empty"]
    assert bad("schema.months") == ["error: there is no month for today's tweets"]


def test_limits_are_told_when_they_are_passed(neglected: Postgres, monkeypatch: Any) -> None:
    monkeypatch.setattr(database, "OLDEST", 19)
    assert bad("postgres.version") == ["error: PostgreSQL 18 is too old"]
    monkeypatch.setattr(keeping, "HELD", -1)
    assert bad("postgres.slots")[0].startswith("error: slot forgotten is read by nobody and holds")
    monkeypatch.setattr(keeping, "FAR", 1)
    assert bad("postgres.age")[0].startswith("warning: the oldest row")
    monkeypatch.setattr(keeping, "TOO_FAR", 2)
    assert bad("postgres.age")[0].startswith("error: the oldest row")


def test_copy_that_is_awaited_and_there_is_well(neglected: Postgres, tmp_path: Path) -> None:
    place = f"host=127.0.0.1 port={neglected.port} user=postgres application_name=nobody"
    argv = [neglected.program("pg_receivewal"), "-D", tmp_path, "--synchronous", "-d", place]
    reader = subprocess.Popen(argv, env={"PGPASSWORD": neglected.admin_password}, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while "ok: the copy nobody is 0 s behind" not in (told := found("postgres.replicas")):
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
        while bad("postgres.replicas"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        reader.terminate()
        reader.wait()


def test_no_answer_is_told_when_it_is_away(monkeypatch: Any) -> None:
    port = servers.free_port()
    monkeypatch.setattr("twitterclone.doctor.registry.address", lambda: f"host=127.0.0.1 port={port}")
    [line] = found("postgres.answers")
    assert line.startswith("error: no answer: connection failed")
