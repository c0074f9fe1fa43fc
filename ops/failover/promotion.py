"""A standby becomes the primary, and the former primary a standby, by an operator's word."""

import os
import pwd
import re
import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ops import processes, replication, servers
from ops.accounts import Account, server_account, servers_home
from ops.console import Refusal
from ops.paths import layout
from ops.postgres import Postgres

PATIENCE = 60
ALIVE = "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"
NOT_REPLAYED = (
    "SELECT greatest(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::bigint"
)
ARCHIVES = (
    "SELECT current_setting('archive_mode') <> 'off' AND (current_setting('archive_command') <> ''"
    " OR coalesce(current_setting('archive_library', true), '') <> '')"
)
HAS_LOG = (
    "SELECT EXISTS (SELECT FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
    " AND substr(name, 9) = substr(pg_walfile_name(%s::pg_lsn), 9))"
)
FACTS = "SELECT timeline_id FROM pg_control_checkpoint()"


@dataclass
class Elsewhere(Postgres):
    """A server with a data folder of another name."""

    folder: Path = Path()

    @property
    def data(self) -> Path:
        return self.folder


def promote(url: str | None, *, planned: bool = False) -> Iterator[str]:
    """Makes the standby a primary; tells when it takes writes, and what is to be done now."""
    url = url or own_url()
    with _connected(url) as connection:
        if not _one(connection, "SELECT pg_is_in_recovery()"):
            raise Refusal("This server is no standby: it takes writes already.")
        if _one(connection, ALIVE) and not planned:
            raise Refusal(
                "The standby still streams from its primary: with both taking writes, some would be lost. "
                "Stop the primary first; then --planned promotes whatever this server sees."
            )
        yield f"Promoting; {_one(connection, NOT_REPLAYED):,} bytes of the log are still to be replayed."
        begun = time.monotonic()
        if not _one(connection, "SELECT pg_promote(true, %s)", PATIENCE):
            raise Refusal(f"The standby was not promoted within {PATIENCE} s; see its log.")
        _one(connection, "SELECT pg_current_xact_id()::text")  # refused until writes are taken
        yield f"It takes writes, {time.monotonic() - begun:.2f} s after the order."
        connection.execute("CHECKPOINT")  # else pg_rewind may see the old time line and find nothing to do
        yield from _told(connection, url)


def _told(connection: psycopg.Connection, url: str) -> Iterator[str]:
    facts: dict[str, Any] = dict(conninfo_to_dict(url))
    place = f"{facts.get('host', '127.0.0.1')}:{facts.get('port', 5432)}"
    yield f"Primary: {place}, time line {_one(connection, FACTS)}."
    yield "DATABASE_URL: nothing to change if it names both servers with target_session_attrs=read-write;"
    yield f"  else put {place} into it and restart the site's processes. Poolers: their host likewise."
    if names := _one(connection, "SELECT current_setting('synchronous_standby_names')"):
        yield f"It waits for the standby {names}: no write is acknowledged until that one streams from it."
    yield from _told_of_backups(connection)
    yield "The former primary must not come up as it is. There: make rejoin ARGS=<URL of this server>"
    yield "If the standby was asynchronous, the last writes may be gone; then also, on the site's machine:"
    yield '  make manage ARGS="rebuild_timelines --anew" and make manage ARGS=verify'


def _told_of_backups(connection: psycopg.Connection) -> Iterator[str]:
    if _one(connection, ARCHIVES):
        yield "It archives its log. Now make backup ARGS=full, with BACKUP_DATABASE_URL naming it."
        return
    yield "It does not archive its log: what is written from now on no restore to a moment brings back."
    yield "  Set BACKUP_DIR where make replica starts it, and start it anew; a server of your own wants the"
    yield '  lines of make backup ARGS="setup", and a restart. Then make backup ARGS=full.'


def rejoin(
    url: str, *, data: Path | None, programs: Path | None, stream: str | None, name: str
) -> Iterator[str]:
    """Rewinds the stopped former primary to the new one; says how it is started as its standby."""
    old = _elsewhere(data, programs) if data else _own(programs)
    if processes.working_in(old.data):
        raise Refusal(f"The server in {old.data} runs: stop it first.")
    with _connected(url) as connection:
        if _one(connection, "SELECT pg_is_in_recovery()"):
            raise Refusal("That server is a standby itself: give the URL of the new primary.")
        connection.execute("CHECKPOINT")
    yield f"Rewinding {old.data} to what the new primary has; what only this one had goes."
    replication.rewind(old, _words(url), _words(stream or url), name)
    with _connected(url) as connection:
        if (end := _end(old)) and not _one(connection, HAS_LOG, end):
            raise Refusal(
                f"{old.data} cannot follow: the new primary has thrown away the log after {end}. "
                "Make a standby anew: make replica."
            )
    yield f"It will stream by the slot {name}. Start it:"
    yield f"  {_start(old) if data else 'make replica ARGS=--own'}"
    yield "then look on the new primary: SELECT application_name, state FROM pg_stat_replication"


def _end(old: Postgres) -> str:
    """Where the log of a server ends that was stopped and needed no rewinding; "" of another."""
    argv = [old.program("pg_controldata"), old.data]
    _, text = processes.output_of(argv, cwd="/", account=old.account, env=old.environment())
    found = re.search(r"Latest checkpoint's REDO location: +(\S+)", text)
    return found[1] if found and not (old.data / "backup_label").exists() else ""


def _start(old: Postgres) -> str:
    """What starts a server of another's, as the user whose data it is."""
    words = [old.program("pg_ctl"), "-D", old.data, "-l", old.log, "start"]
    who = ["runuser", "-u", old.account.name, "--"] if old.account else []
    return (
        f"as that machine starts it (systemctl start postgresql), or {shlex.join(map(str, [*who, *words]))}"
    )


def own_url() -> str:
    """The administrator's URL of DATA_DIR's server."""
    place = layout()
    port = servers.remembered_ports(place.run / "ports.json").get("postgres")
    secret = place.secrets / "postgres-admin-password"
    if not port or not secret.exists():
        raise Refusal(f"{place.data} has no PostgreSQL of its own: give the standby's URL with ARGS=…")
    return f"postgresql://postgres:{quote(secret.read_text().strip())}@127.0.0.1:{port}/postgres"


def _own(programs: Path | None) -> Postgres:
    place, account = layout(), server_account()
    port = servers.remembered_ports(place.run / "ports.json").get("postgres", 5432)
    home, log = servers_home(place.data, account), place.logs / "postgres.log"
    return _server(Postgres, account, programs, home=home, port=port, log=log)


def _elsewhere(data: Path, programs: Path | None) -> Postgres:
    if not (data / "PG_VERSION").exists():
        raise Refusal(f"{data} is no data folder of PostgreSQL.")
    owner = data.stat()
    account = None
    if os.geteuid() == 0:
        account = Account(pwd.getpwuid(owner.st_uid).pw_name, owner.st_uid, owner.st_gid)
    log = data.parent / "postgres.log"
    return _server(Elsewhere, account, programs, home=data.parent, port=5432, log=log, folder=data)


def _server(kind: type[Postgres], account: Account | None, programs: Path | None, **options: Any) -> Postgres:
    if programs is None:
        programs = servers.postgres_programs(account)
    if not shutil.which(str(programs / "pg_rewind")):
        raise Refusal(f"There is no pg_rewind in {programs}: say where with --programs.")
    return kind(programs=programs, account=account, password="", admin_password="", **options)


def _words(url: str) -> str:
    """An URL as libpq's words, to which more can be added."""
    return make_conninfo(**conninfo_to_dict(url))


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise Refusal(f"The server cannot be reached: {str(error).splitlines()[0]}") from None


def _one(connection: psycopg.Connection, query: str, *values: object) -> Any:
    try:
        row = connection.execute(query, values or None).fetchone()  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise Refusal(f"The server refused: {str(error).splitlines()[0]}") from None
    return row[0] if row else None
