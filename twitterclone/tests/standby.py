"""A standby of the tests' database, streaming from it, and the site made to read from it."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as given
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from ops import accounts, replication, servers
from ops.bootstrap import site_packages
from ops.postgres import Postgres
from twitterclone.lib import replica_marks, replica_watch

ALIAS = "replica1"
PATIENCE = 10.0


@pytest.fixture(scope="module")
def standby(django_db_setup: None) -> Iterator[Postgres]:
    """A running standby of the server that the tests use, known to Django for tests that name it."""
    admin = urlsplit(os.environ["DATABASE_ADMIN_URL"])
    name = f"test_{os.getpid()}"
    account = accounts.server_account()
    with tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True) as folder:
        server = servers.postgres_of(
            site_packages(Path(sys.executable)),
            account=account,
            home=accounts.own_folder(Path(folder), account),
            port=servers.free_port(),
            log=Path(folder) / "postgres.log",
            password=admin.password,
            admin_password=admin.password,
            throwaway=True,
        )
        source = f"host=127.0.0.1 port={admin.port} user=postgres password={admin.password} dbname=postgres"
        replication.make_standby(server, source, name)
        try:
            server.start()
            _introduce(server)
            yield server
        finally:
            _forget()
            server.stop()
            with psycopg.connect(admin.geturl(), autocommit=True) as primary:
                primary.execute("SELECT pg_drop_replication_slot(%s)", [name])


class Replica:
    """The standby as the site sees it."""

    def __init__(self, server: Postgres) -> None:
        self.server = server

    def catch_up(self) -> None:
        """Returns when a request would read from it what was written until now."""
        with connection.cursor() as cursor:
            cursor.execute(replica_marks.HERE, [])
            (here,) = cursor.fetchone()
        deadline = time.monotonic() + PATIENCE
        while replica_watch.caught_up(here) != ALIAS:
            assert time.monotonic() < deadline, replica_watch._watch
            time.sleep(0.02)

    def pause(self) -> None:
        """From now on it replays nothing."""
        self.server.sql("SELECT pg_wal_replay_pause()")
        while self.server.sql("SELECT pg_get_wal_replay_pause_state()").strip() != "paused":
            time.sleep(0.01)

    def resume(self) -> None:
        self.server.sql("SELECT pg_wal_replay_resume()")

    def queries(self) -> CaptureQueriesContext:
        """Collects the statements that it is asked."""
        return CaptureQueriesContext(connections[ALIAS])


@pytest.fixture
def replica(standby: Postgres, transactional_db: None, settings: Any) -> Iterator[Replica]:
    """The site reads from the standby, which has caught up."""
    settings.REPLICAS = {ALIAS: "given"}
    settings.DATABASE_ROUTERS = ["twitterclone.lib.replicas.Router"]
    place = given.MIDDLEWARE.index("accounts.middleware.AuthenticationMiddleware") + 1
    added = ["twitterclone.lib.replicas.ReplicaMiddleware"]
    settings.MIDDLEWARE = [*given.MIDDLEWARE[:place], *added, *given.MIDDLEWARE[place:]]
    replica_watch.begin_anew()
    found = Replica(standby)
    found.catch_up()
    yield found
    if standby.process:
        found.resume()
    replica_watch.begin_anew()


def _introduce(server: Postgres) -> None:
    default = connection.settings_dict
    connections.settings[ALIAS] = {
        **default,
        "ENGINE": "twitterclone.lib.replica_backend",
        "PORT": str(server.port),
        "TEST": {**default["TEST"], "MIRROR": "default"},
        "OPTIONS": default["OPTIONS"] | {"pool": {"min_size": 0, "max_size": 4, "timeout": 1}},
    }


def _forget() -> None:
    if ALIAS in connections.settings:
        connections[ALIAS].close()
        connections[ALIAS].close_pool()
        del connections[ALIAS]
        del connections.settings[ALIAS]
