"""A side database with the past in it, and the way of rows from there into the site."""

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

from ops.backup import dumps
from ops.backup.catalog import Backup
from ops.backup.settings import Settings
from ops.backup.source import Source
from ops.console import Refusal, say
from ops.postgres import NAME, Postgres

SIDE = "twitterclone_side"


def side_of(source: Source) -> Source:
    """The side database of a server."""
    return Source(_named(source.url, SIDE), source.programs, source.account, source.env, source.own)


def make_side(source: Source) -> Source:
    """An empty side database; the one of before goes."""
    drop_side(source)
    owner = f"OWNER {NAME} " if source.own else ""  # the site's role, by which make psql comes
    _ordered(source, f"CREATE DATABASE {SIDE} {owner}TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    return side_of(source)


def has_side(source: Source) -> bool:
    with source.connect() as connection:
        query = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
        return bool(connection.execute(query, [SIDE]).fetchone()[0])


def drop_side(source: Source) -> None:
    _ordered(source, f"DROP DATABASE IF EXISTS {SIDE} WITH (FORCE)")


def from_dump(source: Source, settings: Settings, backup: Backup, tables: list[str]) -> None:
    """Loads a dump, or some tables of it, into a new side database; nothing is left when it fails."""
    known = {name.partition(".")[2] for name in dumps.expected(backup)}
    if unknown := [name for name in tables if name not in known]:
        raise Refusal(f"{backup.name} has no table {', '.join(unknown)}.")
    with _whole_side(source) as side:
        _load(side, settings, backup, tables)
    say(f"The side database {SIDE} holds {', '.join(tables) or 'all of it'} as of {backup.finished_at[:19]}.")


def _load(side: Source, settings: Settings, backup: Backup, tables: list[str]) -> None:
    if tables:
        # the tables' columns and functions, and rows; no keys, whose other ends are not there
        dumps.load(side, backup, settings, *_as_owner(side), "--section=pre-data")
        options = [word for name in tables for word in ("-t", name)]
        dumps.load(side, backup, settings, *_as_owner(side), "--section=data", *options)
    else:
        dumps.load(side, backup, settings, *_as_owner(side))


def from_server(source: Source, server: Postgres) -> None:
    """Copies the database of a recovered server into a new side database."""
    there = source_of(server, source)
    with there.connect() as connection:
        argv = ["-F", "c", "-Z", "0", *dumps.extensions_of(connection), "-d", there.conninfo]
    with _whole_side(source) as side, there.streamed("pg_dump", *argv) as stream:
        side.fed("pg_restore", "--exit-on-error", *_as_owner(side), "-d", side.conninfo, source=stream)
    say(f"The side database {SIDE} holds what was recovered.")


@contextlib.contextmanager
def _whole_side(source: Source) -> Iterator[Source]:
    try:
        yield make_side(source)
    except BaseException:
        with contextlib.suppress(Refusal, psycopg.Error):
            drop_side(source)
        raise


def _as_owner(side: Source) -> list[str]:
    """How pg_restore makes what is the site's role's, whoever restores it."""
    return [*dumps.INTO_NEW, *([f"--role={NAME}"] if side.own else [])]


def _ordered(source: Source, statement: str) -> None:
    with source.connect() as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            who, reason = connection.info.user, str(error).splitlines()[0]
            raise Refusal(
                f"{who} may not make the side database ({reason}): ALTER ROLE {who} CREATEDB."
            ) from None


def source_of(server: Postgres, source: Source) -> Source:
    url = f"postgresql://postgres:{server.admin_password}@127.0.0.1:{server.port}/twitterclone"
    return Source(url, source.programs, source.account, source.env)


def copy_back(source: Source, table: str, where: str, *, replace: bool) -> int:
    """Copies rows of the side database that the site lacks; `replace`: also over those that are there.

    One transaction: all of them, or none. Gives how many were written.
    """
    if not has_side(source):
        raise Refusal("There is no side database to copy from: make one by --side, or --dump latest.")
    side = side_of(source)
    with source.connect() as here, side.connect() as there:
        columns, keys = _columns(here, table), _keys(here, table)
        if missing := set(columns) - set(_columns(there, table)):
            raise Refusal(f"{table} of the side database lacks {', '.join(sorted(missing))}.")
        try:
            with here.transaction():
                return _copied((here, there), table, columns, keys if replace else [], where)
        except psycopg.Error as error:
            raise Refusal(
                f"{table} was not copied, nothing was changed: {str(error).splitlines()[0]}"
            ) from None


def _copied(
    ends: tuple[psycopg.Connection, psycopg.Connection],
    table: str,
    columns: list[str],
    keys: list[str],
    where: str,
) -> int:
    here, there = ends
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    target, draft = sql.Identifier(table), sql.Identifier("rows_of_the_side")
    here.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
            draft, named, target
        )
    )
    chosen = sql.SQL("SELECT {} FROM {} WHERE {}").format(named, target, sql.SQL(where or "true"))
    with (
        there.cursor().copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(chosen)) as source,
        here.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(draft)) as sink,
    ):
        for chunk in source:
            sink.write(chunk)
    conflict = sql.SQL("DO NOTHING")
    if keys:
        pairs = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns]
        names = sql.SQL(", ").join(map(sql.Identifier, keys))
        conflict = sql.SQL("({}) DO UPDATE SET {}").format(names, sql.SQL(", ").join(pairs))
    insert = "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} ON CONFLICT {}"
    return here.execute(sql.SQL(insert).format(target, named, named, draft, conflict)).rowcount


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    """The columns that hold something of their own."""
    query = """
        SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s))
            AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
    """
    found = [name for (name,) in connection.execute(query, [table]).fetchall()]
    if not found:
        raise Refusal(f"There is no table {table}.")
    return found


def _keys(connection: psycopg.Connection, table: str) -> list[str]:
    query = """
        SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
            AND a.attnum = ANY(i.indkey) WHERE i.indrelid = to_regclass(quote_ident(%s)) AND i.indisprimary
    """
    return [name for (name,) in connection.execute(query, [table]).fetchall()]


def _named(url: str, database: str) -> str:
    """The same server, another database."""
    return psycopg.conninfo.make_conninfo(url, dbname=database)
