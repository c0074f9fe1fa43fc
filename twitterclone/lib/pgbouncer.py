"""PgBouncer's configuration, made of how the site connects to its databases."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PREPARES = (1, 21)  # since then it knows prepared statements in transactions
MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

HEAD = """\
; Made by `manage.py pgbouncer_config`; docs/operations/pooling.md says what each line is for.
[databases]
{databases}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/userlist.txt
pool_mode = transaction
default_pool_size = {size}
max_db_connections = {size}
max_client_conn = {clients}
; who waits longer for a server connection is refused: then there are too few, or one is held too long
query_wait_timeout = 10
; a transaction that is left open holds its connection for nobody
idle_transaction_timeout = 60
server_tls_sslmode = {tls}
; psql and other tools send it
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
"""


def configuration(
    databases: Mapping[str, Mapping[str, Any]],
    session: Mapping[str, str],
    *,
    folder: str,
    host: str = "127.0.0.1",
    port: int = 6432,
    size: int = 20,
    clients: int = 1000,
    version: tuple[int, ...] = PREPARES,
) -> str:
    """pgbouncer.ini: each database under its name there, a replica's under its alias.

    At most `size` connections to each; `session` is what PostgreSQL's sessions are set to.
    """
    first = next(iter(databases.values()))
    mode = first["OPTIONS"].get("sslmode", "prefer")
    text = HEAD.format(
        databases="\n".join(_lines(databases, session)),
        folder=folder, host=host, port=port, size=size, clients=clients,
        tls=mode if mode in MODES else "prefer",
    )  # fmt: skip
    if version >= PREPARES:
        text += "; each keeps so many on its server connection; without it they are refused\n"
        text += "max_prepared_statements = 200\n"
    return text


def users(databases: Mapping[str, Mapping[str, Any]]) -> str:
    """userlist.txt: PgBouncer logs in to PostgreSQL with these passwords, so it needs them as they are."""
    known = {str(found["USER"]): str(found["PASSWORD"]) for found in databases.values()}
    return "".join(f"{_doubled(name)} {_doubled(password)}\n" for name, password in known.items())


def version_of(text: str) -> tuple[int, ...]:
    """The version in what `pgbouncer --version` says."""
    found = re.search(r"PgBouncer (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else PREPARES


def _lines(databases: Mapping[str, Mapping[str, Any]], session: Mapping[str, str]) -> Iterator[str]:
    # PgBouncer takes no `options` of clients; what it sets once stays with a connection in this mode
    query = " ".join(f"SET {name} = '{value}';" for name, value in session.items())
    for alias, found in databases.items():
        name = str(found["NAME"]) if alias == "default" else alias
        where = {"host": found["HOST"] or "127.0.0.1", "port": found["PORT"] or 5432, "dbname": found["NAME"]}
        where |= {"connect_query": query}
        yield f"{name} = " + " ".join(f"{word}={_quoted(str(value))}" for word, value in where.items())


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\w.:/-]+", value) else "'" + value.replace("'", "''") + "'"


def _doubled(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
