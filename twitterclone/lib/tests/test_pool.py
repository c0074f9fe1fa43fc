"""The pool when its database breaks off, is away, and is there again: a real PostgreSQL of the tests, and a
door before it that the test shuts."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg_pool import PoolTimeout

from twitterclone.lib.direct import address
from twitterclone.lib.postgres.pool import Away, Pool, is_stale

pytestmark = pytest.mark.django_db


class Door:
    """A port that leads to PostgreSQL while it is open."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target, self._peers = target, []
        self.open()

    def open(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", getattr(self, "port", 0)))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def shut(self) -> None:
        """As when the server is killed: nobody listens, and who was connected is cut off."""
        for peer in [self._listening, *self._peers]:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()
        self._peers = []

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._target)
            except OSError:
                return
            self._peers += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


@pytest.fixture
def door() -> Iterator[Door]:
    facts = psycopg.conninfo.conninfo_to_dict(address())
    door = Door((str(facts["host"]), int(facts["port"])))
    yield door
    door.shut()


@pytest.fixture
def pool(door: Door) -> Iterator[Pool]:
    given: dict[str, Any] = {"host": "127.0.0.1", "port": door.port, "autocommit": True}
    with Pool(conninfo=address(), kwargs=given, min_size=0, max_size=4, timeout=3, open=True) as pool:
        yield pool


def used(pool: Pool) -> int:
    """Takes a connection as a request does, and gives it back."""
    taken = pool.getconn()
    try:
        return int(taken.execute("SELECT pg_backend_pid()").fetchone()[0])
    finally:
        pool.putconn(taken)


def test_the_site_uses_this_pool() -> None:
    assert isinstance(connection.pool, Pool)


def test_one_connection_serves_again_and_again_while_all_is_well(pool: Pool) -> None:
    assert used(pool) == used(pool)


def test_cut_connections_are_replaced_before_they_are_given_out(pool: Pool, door: Door) -> None:
    taken = [pool.getconn() for _ in range(3)]
    for one in taken:
        pool.putconn(one)
    door.shut()
    door.open()
    assert used(pool) > 0
    assert [one.closed for one in taken].count(True) >= 1


def test_who_asks_is_refused_at_once_while_the_database_is_away(pool: Pool, door: Door) -> None:
    used(pool)
    door.shut()
    with pytest.raises(PoolTimeout):
        pool.getconn()
    begun = time.monotonic()
    refused = 0
    for _ in range(20):
        with pytest.raises(psycopg.OperationalError) as found:
            pool.getconn()
        refused += isinstance(found.value, Away)
    assert refused >= 15
    assert time.monotonic() - begun < 6


def test_a_database_that_is_back_is_found_within_a_second(pool: Pool, door: Door) -> None:
    used(pool)
    door.shut()
    with pytest.raises(psycopg.OperationalError):
        pool.getconn()
    time.sleep(3)  # longer than the pauses of psycopg's pool
    door.open()
    begun = time.monotonic()
    while time.monotonic() - begun < 1.5:
        try:
            assert used(pool) > 0
            break
        except psycopg.OperationalError:
            time.sleep(0.05)
    assert time.monotonic() - begun < 1.5
    assert not pool.is_away


def test_connection_is_stale_when_the_server_ended_it() -> None:
    with psycopg.connect(address(), autocommit=True) as other:
        one = psycopg.connect(address(), autocommit=True)
        assert not is_stale(one)
        other.execute("SELECT pg_terminate_backend(%s)", [one.info.backend_pid])
        time.sleep(0.2)
        assert is_stale(one)
        one.close()
