"""`make replica`: a standby of the site's database, copied once and kept running until it is stopped.

One that was promoted is started by the same command, and takes writes.
"""

import argparse
import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ops import accounts, bootstrap, processes, replication, servers, site
from ops.console import Refusal, say
from ops.paths import Layout, layout
from ops.postgres import NAME, Postgres


def main(_verb: str, *arguments: str) -> int:
    asked = _asked(arguments)
    if not replication.NAME.fullmatch(asked.name):
        raise Refusal(f"A replica's name has only a-z, 0-9 and _, unlike {asked.name!r}.")
    bootstrap.ensure(bootstrap.RUNTIME)
    place = layout()
    place.make()
    account = accounts.server_account()
    home = accounts.servers_home(place.data, account)
    if asked.own:
        with _alone(home, "of DATA_DIR"):
            return _run_own(place, home, account)
    folder = home / "replicas"
    accounts.open_folder(folder) if account else folder.mkdir(mode=0o700, exist_ok=True)
    home = accounts.own_folder(folder / asked.name, account)
    with _alone(home, asked.name):
        return _run_copy(place, home, account, asked)


def _asked(arguments: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make replica", description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="?", default="replica1", help="of its folder, and of its slot")
    parser.add_argument("--port", type=int, help="where it listens on 127.0.0.1; else a free one, remembered")
    parser.add_argument(
        "--from", dest="source", help="URL of the primary, of a role that may replicate; else the site's own"
    )
    parser.add_argument(
        "--own", action="store_true", help="none of these: DATA_DIR's own server, which make rejoin took back"
    )
    return parser.parse_args(arguments)


def _run_copy(place: Layout, home: Path, account: accounts.Account | None, asked: argparse.Namespace) -> int:
    source = asked.source or os.environ.get("DATABASE_DIRECT_URL") or os.environ.get("DATABASE_URL")
    ports = home / "port.json"
    standby = servers.postgres_of(
        bootstrap.site_packages(),
        account=account,
        home=home,
        port=asked.port or servers.remembered_ports(ports).get("postgres") or servers.free_port(),
        log=servers.fresh_log(place.logs / f"{asked.name}.log"),
        password="",
        admin_password="",
    )
    standby.clear_up()
    _check_port(standby)
    if not standby.data.exists():
        conninfo = replication.conninfo_of(source) if source else _own_primary(place)
        say("Copying the primary …")
        replication.make_standby(standby, conninfo, asked.name)
    ports.write_text(json.dumps({"postgres": standby.port}))
    return _serve(place, standby, source)


def _run_own(place: Layout, home: Path, account: accounts.Account | None) -> int:
    server = servers.postgres_of(
        bootstrap.site_packages(),
        account=account,
        home=home,
        port=servers.remembered_ports(place.run / "ports.json").get("postgres") or servers.free_port(),
        log=servers.fresh_log(place.logs / "postgres.log"),
        password=servers.kept_secret(place.secrets / "postgres-password"),
        admin_password=servers.kept_secret(place.secrets / "postgres-admin-password"),
    )
    if not server.data.exists():
        raise Refusal(f"{place.data} has no PostgreSQL of its own.")
    if site.is_held(place) and processes.working_in(server.data):
        raise Refusal("The site runs on this server: it is no standby.")
    server.clear_up()
    _check_port(server)
    return _serve(place, server, None)


def _check_port(server: Postgres) -> None:
    if not servers.is_free(server.port):
        raise Refusal(f"Port {server.port} is not free: choose another, e.g. --port {server.port + 1}")


def _serve(place: Layout, server: Postgres, source: str | None) -> int:
    servers.keep_log_when_primary(server, place)
    try:
        server.start()
        name = "DATABASE_REPLICA_URLS" if server.is_standby else "it was promoted, DATABASE_URL"
        say(f"Ready: {name}={_url(place, server.port, source)}")
        return _watch(server)
    finally:
        server.stop()


def _watch(server: Postgres) -> int:
    """Until it is told to stop; says when it is a standby no more."""
    is_told = not server.is_standby
    while server.process.poll() is None:
        time.sleep(0.5)
        if not is_told and not server.is_standby:
            say("It was promoted: it is a primary of its own now, and goes on until it is stopped.")
            is_told = True
    raise Refusal(f"The replica ended by itself; see {server.log}")


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
    if not known and not source:
        secret = place.secrets / "postgres-password"
        word = quote(secret.read_text().strip()) if secret.exists() else "…"
        return f"postgresql://{NAME}:{word}@127.0.0.1:{port}/{NAME}"
    parts = urlsplit(known or source)
    who = parts.netloc.rpartition("@")[0]
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "target_session_attrs"])
    return urlunsplit(
        parts._replace(netloc=f"{who}@127.0.0.1:{port}" if who else f"127.0.0.1:{port}", query=query)
    )


@contextlib.contextmanager
def _alone(home: Path, name: str) -> Iterator[None]:
    """Only one runs in a folder."""
    with (home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"The replica {name} is already running.") from None
        yield
