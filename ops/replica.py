"""`make replica`: a standby of the site's database, copied once and kept running until it is stopped."""

import argparse
import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ops import accounts, bootstrap, replication, servers, site
from ops.console import Refusal, say
from ops.paths import Layout, layout
from ops.postgres import Postgres


def main(_verb: str, *arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="make replica", description=__doc__)
    parser.add_argument("name", nargs="?", default="replica1", help="of its folder, and of its slot")
    parser.add_argument("--port", type=int, help="where it listens on 127.0.0.1; else a free one, remembered")
    parser.add_argument(
        "--from", dest="source", help="URL of the primary, of a role that may replicate; else the site's own"
    )
    asked = parser.parse_args(arguments)
    if not replication.NAME.fullmatch(asked.name):
        raise Refusal(f"A replica's name has only a-z, 0-9 and _, unlike {asked.name!r}.")
    bootstrap.ensure(bootstrap.RUNTIME)
    place = layout()
    place.make()
    account = accounts.server_account()
    folder = accounts.servers_home(place.data, account) / "replicas"
    accounts.open_folder(folder) if account else folder.mkdir(mode=0o700, exist_ok=True)
    home = accounts.own_folder(folder / asked.name, account)
    with _alone(home, asked.name):
        return _serve(place, home, account, asked)


def _serve(place: Layout, home: Path, account: accounts.Account | None, asked: argparse.Namespace) -> int:
    source = asked.source or os.environ.get("DATABASE_DIRECT_URL") or os.environ.get("DATABASE_URL")
    conninfo = replication.conninfo_of(source) if source else _own_primary(place)
    ports = home / "port.json"
    port = asked.port or servers.remembered_ports(ports).get("postgres") or servers.free_port()
    standby = servers.postgres_of(
        bootstrap.site_packages(),
        account=account,
        home=home,
        port=port,
        log=servers.fresh_log(place.logs / f"{asked.name}.log"),
        password="",
        admin_password="",
    )
    standby.clear_up()
    if not servers.is_free(port):
        raise Refusal(f"Port {port} is not free: choose another, e.g. --port {port + 1}")
    if not standby.data.exists():
        say("Copying the primary …")
        replication.make_standby(standby, conninfo, asked.name)
    ports.write_text(json.dumps({"postgres": port}))
    try:
        standby.start()
        say(f"Ready: DATABASE_REPLICA_URLS={_url(place, port, source)}")
        return _watch(standby)
    finally:
        standby.stop()


def _watch(standby: Postgres) -> int:
    """Until it is told to stop, or is a standby no more."""
    while standby.process.poll() is None:
        time.sleep(0.5)
        if not standby.is_standby:
            say("It was promoted: it is a primary of its own now, and goes on until it is stopped.")
            standby.process.wait()
    raise Refusal(f"The replica ended by itself; see {standby.log}")


def _own_primary(place: Layout) -> str:
    """How a standby reaches the PostgreSQL of this data folder; makes the role for it."""
    if not site.is_held(place):
        raise Refusal("The site's database is copied while it runs: start it first with make run.")
    primary = servers.of_installation(place).postgres
    password = servers.kept_secret(place.secrets / "postgres-replica-password")
    replication.make_role(primary, password)
    return replication.own_conninfo(primary, password)


def _url(place: Layout, port: int, source: str | None) -> str:
    """Where the site finds it: with the site's own role, which came with the copy."""
    known = os.environ.get("DATABASE_URL") or site.read(place).get("environment", {}).get("DATABASE_URL")
    parts = urlsplit(known or source)
    who = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{who}@127.0.0.1:{port}" if who else f"127.0.0.1:{port}"))


@contextlib.contextmanager
def _alone(home: Path, name: str) -> Iterator[None]:
    """Only one runs in a folder."""
    with (home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"The replica {name} is already running.") from None
        yield
