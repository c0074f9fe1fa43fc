"""Standbys of a PostgreSQL: copied while it runs, streaming from it, promoted, and taken back after that.

A standby holds a slot of its name, so that its primary keeps what it has not had; how much at most is
`max_slot_wal_keep_size`, lest a standby that is gone for good fill the disk.
"""

import contextlib
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from ops import processes
from ops.accounts import hand_over, own_folder
from ops.console import Refusal
from ops.postgres import Postgres, why

ROLE = "twitterclone_replica"
NAME = re.compile(r"[a-z0-9_]{1,63}")
CREATE_SLOT = 'CREATE_REPLICATION_SLOT "{}" PHYSICAL RESERVE_WAL'
DROP_SLOT = 'DROP_REPLICATION_SLOT "{}"'
OWN_FILES = ("postgresql.conf", "pg_hba.conf", "pg_ident.conf")
PASSWORD = re.compile(r"\bpassword=('(?:[^'\\]|\\.)*'|\S+)")


def make_role(primary: Postgres, password: str) -> None:
    """The role that standbys stream with: it may replicate, and nothing else."""
    primary.sql(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN"
        f" CREATE ROLE {ROLE} LOGIN REPLICATION; END IF; END $$;"
        f"ALTER ROLE {ROLE} PASSWORD '{password}'"
    )


def make_standby(standby: Postgres, conninfo: str, name: str) -> None:
    """Copies the primary that `conninfo` leads to into the standby's folder; to be started afterwards.

    Nothing that looks whole is left when it is interrupted. An unused slot of that name is made anew.
    """
    if not NAME.fullmatch(name):
        raise Refusal(f"A standby's name has only a-z, 0-9 and _, unlike {name!r}.")
    with _new_slot(standby, conninfo, name):
        _copy(standby, conninfo, standby.data, name, is_led=True)


def copy(server: Postgres, conninfo: str, folder: Path) -> None:
    """Copies the data of the primary that `conninfo` leads to into a new folder, by `server`'s programs."""
    slot = f"copy_{secrets.token_hex(8)}"
    with _new_slot(server, conninfo, slot):
        _copy(server, conninfo, folder, slot)
    _drop_slot(server, conninfo, slot)


def follow(standby: Postgres, conninfo: str, name: str) -> None:
    """Makes a stopped server stream from the primary that `conninfo` leads to, once started."""
    status, text = _ask(standby, conninfo, CREATE_SLOT.format(name))
    if status != 0 and "already exists" not in text:
        raise Refusal(why("The slot could not be made", text))
    _lead(standby, standby.data, conninfo, name)


def promote(standby: Postgres) -> None:
    """Makes a standby a primary; returns when it takes writes."""
    if standby.sql("SELECT pg_promote(true, 60)").strip() != "t":
        raise Refusal("The standby was not promoted within a minute.")


def take_back(old: Postgres, new: Postgres, password: str, name: str) -> None:
    """Makes the former primary, stopped or killed, a standby of the new one; to be started afterwards.

    What only the former primary had is thrown away.
    """
    new.sql("CHECKPOINT")  # else its time line may not be on disk yet, and "no rewind is required"
    source = f"host=127.0.0.1 port={new.port} user=postgres password={new.admin_password} dbname=postgres"
    rewind(old, source, own_conninfo(new, password), name)


def rewind(old: Postgres, source: str, stream: str, name: str) -> None:
    """Makes a stopped former primary a standby of the server that `source` leads to as administrator.

    That one has made a checkpoint since its promotion. `stream` is how the standby reaches it.
    """
    # pg_rewind takes over every file of the source, the configuration and its port too
    kept = {path: path.read_bytes() for path in map(old.data.joinpath, OWN_FILES) if path.exists()}
    (old.data / "postmaster.pid").unlink(missing_ok=True)
    argv = [old.program("pg_rewind"), "-D", old.data, "--source-server"]
    try:
        _run(old, argv, source, "The former primary could not be rewound")
    finally:
        for path, content in kept.items():
            path.write_bytes(content)
            hand_over(path, old.account)
    follow(old, stream, name)


def own_conninfo(primary: Postgres, password: str) -> str:
    """How a standby reaches a primary of ours."""
    return f"host=127.0.0.1 port={primary.port} user={ROLE} password={password} dbname=postgres"


def conninfo_of(url: str) -> str:
    """The same place as an URL says, in the words of a standby's configuration."""
    parts = urlsplit(url)
    given = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
    given = {name: unquote(str(value)) for name, value in given.items() if value} | dict(
        parse_qsl(parts.query)
    )
    given["dbname"] = unquote(parts.path.lstrip("/")) or "postgres"
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in given.items()}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items())


def new_password() -> str:
    return secrets.token_hex(24)


@contextlib.contextmanager
def _new_slot(server: Postgres, conninfo: str, name: str) -> Iterator[None]:
    """Has the primary keep its log from now on, for what reads it under that name; undone if this fails.

    Made before a copy begins: pg_basebackup makes its own only when the copy has begun, and a checkpoint in
    between may remove what it needs; neither would the standby find what was written since the copy's end.
    """
    status, text = _ask(server, conninfo, DROP_SLOT.format(name), CREATE_SLOT.format(name))
    if "is active" in text:
        raise Refusal(f"A standby called {name} streams from this primary already.")
    if status != 0:
        raise Refusal(why("The slot could not be made", text))
    try:
        yield
    except BaseException:
        _drop_slot(server, conninfo, name)
        raise


def _drop_slot(server: Postgres, conninfo: str, name: str) -> None:
    _ask(server, conninfo, DROP_SLOT.format(name))


def _copy(server: Postgres, conninfo: str, folder: Path, slot: str, *, is_led: bool = False) -> None:
    """The folder is there once all of it is; when led it knows whom it follows, and is no primary."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    own_folder(draft, server.account)
    argv = [server.program("pg_basebackup"), "-D", draft, "-c", "fast", "-X", "stream", "-S", slot, "-d"]
    try:
        _run(server, argv, conninfo, "The primary could not be copied")
        if is_led:
            _lead(server, draft, conninfo, slot)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _lead(standby: Postgres, folder: Path, conninfo: str, slot: str) -> None:
    """Writes into the folder of a stopped server where it streams from."""
    lines = [
        f"primary_conninfo = '{_quoted(f'{conninfo} application_name={slot}')}'",
        f"primary_slot_name = '{slot}'",
    ]
    for path, text in (
        (folder / "postgresql.auto.conf", "\n".join([*lines, ""])),
        (folder / "standby.signal", ""),
    ):
        path.write_text(text)
        hand_over(path, standby.account)


def _ask(server: Postgres, conninfo: str, *commands: str) -> tuple[int, str]:
    """The last one's status, and what all say: over a connection for replication, which the role may open."""
    given = [word for command in commands for word in ("-c", command)]
    return _output(server, [server.program("psql"), "-XAtq", *given, "-d"], f"{conninfo} replication=true")


def _run(server: Postgres, argv: list, conninfo: str, what: str) -> None:
    status, text = _output(server, argv, conninfo)
    if status != 0:
        raise Refusal(why(what, text))


def _output(server: Postgres, argv: list, conninfo: str) -> tuple[int, str]:
    """What a program says that is given `conninfo` last; the password goes by the environment, which other
    users of the machine cannot list."""
    found = PASSWORD.search(conninfo)
    env = server.environment() | ({"PGPASSWORD": _plain(found[1])} if found else {})
    argv = [*argv, PASSWORD.sub("", conninfo)]
    return processes.output_of(argv, cwd="/", account=server.account, env=env)


def _plain(value: str) -> str:
    """A value of a conninfo without its quotes."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith("'") else value


def _quoted(text: str) -> str:
    """A text for postgresql.conf, between its quotes."""
    return text.replace("\\", "\\\\").replace("'", "''")
