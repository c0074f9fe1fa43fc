"""PostgreSQL and Valkey for real: made, killed, started again, refused."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ops import accounts, processes, servers
from ops.console import Refusal
from ops.paths import Layout

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def place() -> Iterator[Layout]:
    """A data folder that the servers' user can reach, with a space in its name."""
    folder = Path(tempfile.mkdtemp(prefix="twitterclone ops "))
    folder.chmod(0o755)
    yield Layout(folder / "var")
    shutil.rmtree(folder)


@pytest.fixture
def running(place, monkeypatch) -> Iterator[servers.Servers]:
    """Both servers of the data folder, started."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr("ops.bootstrap.python", lambda: Path(sys.prefix) / "bin" / "python")
    place.make()
    mine = servers.of_installation(place)
    try:
        mine.start()
        yield mine
    finally:
        mine.stop()


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def kill(server) -> None:
    """Kill -9 a server and all it forked."""
    pids = processes.working_in(server.data)
    assert pids
    processes.signal_all(pids, signal.SIGKILL)
    server.process.wait()


def test_database_is_utf8_and_not_a_superusers_when_made(running):
    query = "SELECT pg_encoding_to_char(encoding) || datctype FROM pg_database WHERE datname = 'twitterclone'"
    assert ask(running.postgres.url, query) == "UTF8C.UTF-8"
    assert ask(running.postgres.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_connection_is_refused_when_password_is_wrong(running):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(running.postgres.url.replace(running.postgres.password, "wrong"), "SELECT 1")


def test_servers_run_without_rights_when_started_as_root(running):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    for server in running.wanted:
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        assert server.data.stat().st_mode & 0o777 == 0o700


def test_data_is_kept_when_everything_was_killed(running):
    with psycopg.connect(running.postgres.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    for server in running.wanted:
        kill(server)
    assert (running.postgres.data / "postmaster.pid").exists()
    running.start()
    assert ask(running.postgres.url, "SELECT count(*) FROM kept") == 1
    assert running.valkey.answers()


def test_orphans_are_stopped_when_started_again(running, place):
    old = [server.process.pid for server in running.wanted]
    again = servers.of_installation(place)
    try:
        again.start()
        assert not any(map(processes.is_alive, old))
        assert ask(again.postgres.url, "SELECT 1") == 1
    finally:
        again.stop()


def test_another_port_is_taken_and_remembered_when_ours_is_lost(running, place):
    lost = running.postgres.port
    running.stop()
    with socket.create_server(("127.0.0.1", lost)):
        again = servers.of_installation(place)
        again.start()
        again.stop()
    assert again.postgres.port != lost
    assert servers.of_installation(place).postgres.port == again.postgres.port


def test_folder_is_refused_when_of_another_major_version(running):
    running.stop()
    version, ours = running.postgres.data / "PG_VERSION", running.postgres.release()
    version.write_text("14\n")
    try:
        with pytest.raises(Refusal, match=f"belongs to PostgreSQL 14, this version runs {ours}"):
            running.postgres.start()
    finally:
        version.write_text(f"{ours}\n")


def test_folder_is_made_again_when_the_first_time_was_interrupted(running):
    draft = running.postgres.home / "postgres.new"
    running.stop()
    moved = running.postgres.data.rename(running.postgres.home / "postgres.kept")
    accounts.own_folder(draft, running.postgres.account)
    (draft / "half").touch()
    try:
        running.start()
        assert ask(running.postgres.url, "SELECT 1") == 1
        running.stop()
        assert not draft.exists()
    finally:
        shutil.rmtree(running.postgres.data, ignore_errors=True)
        moved.rename(running.postgres.data)


def test_servers_end_when_their_starter_is_killed(place, tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from ops import servers\n"
        "with servers.throwaway(Path(sys.executable), Path(sys.argv[1])) as mine:\n"
        "    print(*(server.process.pid for server in mine.wanted), flush=True)\n"
        "    time.sleep(60)\n"
    )
    starter = processes.spawn([sys.executable, "-c", code, tmp_path], stdout=-1, text=True)
    pids = [int(pid) for pid in starter.stdout.readline().split()]
    folder = Path(f"/proc/{pids[1]}/cwd").readlink().parent
    starter.kill()
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(processes.is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
    assert len(pids) == 2
    assert not any(map(processes.is_alive, pids))


def test_throwaway_servers_write_to_disk_when_they_are_durable(tmp_path):
    with servers.throwaway(Path(sys.executable), tmp_path, durable=True) as mine:
        home = mine.postgres.home
        assert [ask(mine.postgres.url, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == [
            "on"
        ] * 2
        assert "appendonly yes" in (mine.valkey.data / "valkey.conf").read_text()
    assert not home.exists()
