"""A standby made on real servers, of a primary that goes on."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from ops import accounts, replication
from ops.console import Refusal
from ops.drill.stage import Stage
from ops.postgres import Postgres

STREAMING = "SELECT string_agg(application_name, ' ') FROM pg_stat_replication WHERE state = 'streaming'"
SLOTS = "SELECT string_agg(slot_name, ' ' ORDER BY slot_name) FROM pg_replication_slots"


@contextlib.contextmanager
def _checkpoints(primary: Postgres) -> Iterator[None]:
    """One after the other, each with a file of the log begun: what nobody asked to keep is removed."""
    over = threading.Event()

    def go_on() -> None:
        with psycopg.connect(primary.admin_url, autocommit=True) as connection:
            while not over.is_set():
                connection.execute("SELECT pg_logical_emit_message(false, 'a', 'b'), pg_switch_wal()")
                connection.execute("CHECKPOINT")

    threads = [threading.Thread(target=go_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.flow
def test_standby_is_made_of_a_primary_that_is_busy_and_its_slot_is_its_own(tmp_path, monkeypatch) -> None:
    with Stage(tmp_path, "replication", tiny=True) as stage:
        primary = stage.postgres(settings="fsync = off")
        where = stage.conninfo(primary)
        with _checkpoints(primary):
            standby = stage.standby(primary, "one")
            replication.copy(standby, where, stage.folder / "copied")
        stage.wait(lambda: primary.sql(STREAMING).strip() == "one", "the standby does not stream")
        assert primary.sql(SLOTS).strip() == "one"

        with pytest.raises(Refusal, match="one streams from this primary already"):
            replication.make_standby(standby, where, "one")
        other = replace(
            standby, home=accounts.own_folder(stage.folder / "three", stage.account), process=None
        )
        with monkeypatch.context() as patched:
            patched.setattr(replication, "_lead", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                replication.make_standby(other, where, "three")
        assert not other.data.exists(), "it would start as a primary"
        monkeypatch.setattr(replication, "_run", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            replication.make_standby(standby, where, "two")
        assert primary.sql(SLOTS).strip() == "one"
