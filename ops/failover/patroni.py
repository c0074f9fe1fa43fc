"""What Patroni reads, made of what the site's own PostgreSQL is set to; docs/operations/failover.md.

Passwords are not in it: Patroni takes them from its environment.
"""

import argparse
import ipaddress
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import sql

from ops import processes
from ops.console import Refusal
from ops.postgres import CONFIGURATION, INSPECTION, NAME

TTL, LOOP, RETRY = 20, 5, 5  # seconds; 20 is the least that Patroni takes, and must exceed LOOP + 2 * RETRY
SUMMARIZES = 17  # the first that keeps summaries of its log
LAG = 16 * 1024**2  # bytes behind which an asynchronous standby is not promoted
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*[0-9A-Fa-f]")
OURS_ALONE = ("listen_addresses", "unix_socket_directories", "include_if_exists", "max_slot_wal_keep_size")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="one", help="of this node, different on each")
    parser.add_argument("--host", default="127.0.0.1", help="where the others reach it")
    parser.add_argument("--port", type=int, default=5432)
    parser.add_argument("--api", type=int, default=8008, help="port of Patroni's own interface")
    parser.add_argument("--etcd", default="127.0.0.1:2379", help="host:port,host:port,…")
    parser.add_argument("--data", type=Path, default=Path("/var/lib/postgresql/twitterclone"))
    parser.add_argument("--programs", type=Path, help="folder of PostgreSQL's programs")
    parser.add_argument("--network", default="127.0.0.1/32", help="from where the site and the others come")
    parser.add_argument(
        "--archive",
        metavar="COMMAND",
        default="",
        help="archive_command, as make backup ARGS=setup prints it",
    )
    parser.add_argument(
        "--asynchronous", action="store_true", help="quicker writes, of which some may be lost"
    )
    parser.add_argument("--strict", action="store_true", help="take no write that only one server has")
    parser.add_argument(
        "--prepare", metavar="URL", help="make the site's role and database there instead, as administrator"
    )
    parser.add_argument("--password", default="", help="of the site's role, with --prepare")
    parser.set_defaults(action=_printed)


def node(asked: argparse.Namespace) -> dict[str, Any]:
    """The configuration of one node."""
    programs = asked.programs or _programs()
    return {
        "scope": NAME,
        "name": asked.name,
        "restapi": {
            "listen": f"{asked.host}:{asked.api}",
            "connect_address": f"{asked.host}:{asked.api}",
        },
        "etcd3": {"hosts": asked.etcd.split(",")},
        "bootstrap": {
            "dcs": {
                "ttl": TTL,
                "loop_wait": LOOP,
                "retry_timeout": RETRY,
                "maximum_lag_on_failover": LAG,
                "synchronous_mode": not asked.asynchronous,
                "synchronous_mode_strict": asked.strict,
                "postgresql": {
                    "use_pg_rewind": True,
                    "use_slots": True,
                    "parameters": parameters() | _archived(asked.archive, programs),
                    "pg_hba": [
                        f"host replication replicator {asked.network} scram-sha-256",
                        f"host all all {asked.network} scram-sha-256",
                    ],
                },
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
        },
        "postgresql": {
            "listen": f"{asked.host}:{asked.port}",
            "connect_address": f"{asked.host}:{asked.port}",
            "data_dir": str(asked.data),
            "bin_dir": str(programs),
            "pgpass": f"{asked.data}.pgpass",
            "authentication": {
                "superuser": {"username": "postgres"},
                "replication": {"username": "replicator"},
                "rewind": {"username": "rewinder"},
            },
            "parameters": {"unix_socket_directories": "", "password_encryption": "scram-sha-256"},
        },
        "watchdog": {"mode": "off"},
    }


def parameters() -> dict[str, str]:
    """What the site's own PostgreSQL is set to, but for where it listens."""
    found = {}
    for line in CONFIGURATION.format(extra="", max_connections=200).splitlines():
        name, equals, value = line.partition(" = ")
        if equals and name not in OURS_ALONE:
            found[name] = value.strip("'")
    return found | {"wal_log_hints": "on", "max_slot_wal_keep_size": "8GB"}


def _archived(command: str, programs: Path) -> dict[str, str]:
    """What has the log archived on whichever node leads; from PostgreSQL 17 on, differential backups too."""
    if not command:
        return {}
    found = {"archive_mode": "on", "archive_timeout": "60s", "archive_command": command}
    return found | ({"summarize_wal": "on"} if _major(programs) >= SUMMARIZES else {})


def _major(programs: Path) -> int:
    """The major version of the programs there; 0 when they do not say."""
    try:
        _, text = processes.output_of([programs / "postgres", "--version"], cwd="/")
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", text)
    return int(found[1]) if found else 0


def prepare(url: str, password: str) -> None:
    """The site's role and database on a new primary, as the site's own server has them."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME]).fetchone() is None:
            connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB IN ROLE pg_monitor")
        if password:
            change = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(NAME), sql.Literal(password))
            connection.execute(change)
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
    with psycopg.connect(url, dbname=NAME, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute(INSPECTION)


def _check(asked: argparse.Namespace) -> None:
    """Refuses what Patroni would only stumble over on the machine."""
    for host in (asked.host, *(each.rpartition(":")[0] for each in asked.etcd.split(","))):
        if not HOST.fullmatch(host.strip("[]")):
            raise Refusal(f"{host!r} is no host.")
    for each in asked.etcd.split(","):
        if not each.rpartition(":")[2].isdecimal():
            raise Refusal(f"--etcd is host:port,host:port, unlike {each!r}.")
    try:
        ipaddress.ip_network(asked.network)
    except ValueError:
        raise Refusal(f"--network is a network such as 10.0.0.0/24, unlike {asked.network!r}.") from None


def _printed(asked: argparse.Namespace) -> Iterator[str]:
    if asked.prepare:
        try:
            prepare(asked.prepare, asked.password)
        except psycopg.Error as error:
            raise Refusal(f"The database was not made: {str(error).splitlines()[0]}") from None
        yield f"The role and the database {NAME} are there."
        return
    _check(asked)
    if not asked.archive:
        yield "# Its log is not archived, so no restore to a moment is possible: see --archive."
    yield yaml.safe_dump(node(asked), sort_keys=False, allow_unicode=True).rstrip()


def _programs() -> Path:
    places: Sequence[Path] = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("pg_ctl")
    if not places and not found:
        raise Refusal("PostgreSQL's programs were not found: say where with --programs.")
    return places[0] if places else Path(str(found)).parent
