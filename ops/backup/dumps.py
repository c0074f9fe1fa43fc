"""Logical backups: pg_dump of one moment, with what each table held at that moment beside it.

A table's rows are told by their number and by the sum of a hash of each, which does not ask for an order.
"""

import json
from pathlib import Path

import psycopg
from psycopg import sql

from ops.backup import keys, sealing
from ops.backup.catalog import Backup, Draft, newest, write_json
from ops.backup.progress import Progress
from ops.backup.settings import Settings
from ops.backup.source import Source, check_room

DUMP = "database.dump"
TABLES = "tables.json"
INTO_NEW = ("--no-owner", "--no-privileges")  # where the roles of the site may not be
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
# those that a role can make which is no administrator; the others are for looking into a server
_EXTENSIONS = """
    SELECT e.extname FROM pg_extension e JOIN pg_available_extension_versions v
        ON v.name = e.extname AND v.version = e.extversion
    WHERE v.trusted ORDER BY 1
"""
Tables = dict[str, tuple[int, str]]


def take(settings: Settings, source: Source) -> Backup:
    """Dumps the site's database."""
    check_room(settings.folder, _guess(settings, source), "a dump")
    key = keys.read(settings.key)
    with Draft(settings, "dump") as draft, source.connect() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        argv = ["-F", "c", "-Z", "1", f"--snapshot={snapshot}", "--lock-wait-timeout=60s"]
        argv += extensions_of(connection)
        argv += ["-d", source.conninfo]
        writer = sealing.Writer(draft.path / sealing.name_of(DUMP, key), key, compress=False)
        try:
            with source.streamed("pg_dump", *argv) as stream, Progress("dump") as progress:
                while chunk := stream.read(sealing.CHUNK):
                    writer.write(chunk)
                    progress.add(len(chunk))
            writer.close()
        except BaseException:
            writer.abort()
            raise
        draft.add(writer.path.name, writer.sha256, writer.bytes)
        tables = tables_of(connection)
        write_json(draft.path / TABLES, tables)
        draft.backup.facts = {"tables": len(tables), "rows": sum(rows for rows, _ in tables.values())}
    return draft.backup


def extensions_of(connection: psycopg.Connection) -> list[str]:
    """How pg_dump leaves out extensions that only an administrator could make again."""
    return [f"--extension={name}" for (name,) in connection.execute(_EXTENSIONS)]


def tables_of(connection: psycopg.Connection, only: str = "") -> Tables:
    """Rows and checksum of every table, partitions one by one; of the moment of the transaction."""
    for line in (
        "TimeZone TO 'UTC'",
        "DateStyle TO 'ISO, YMD'",
        "extra_float_digits TO 1",
        "bytea_output TO hex",
    ):
        connection.execute(f"SET {line}")  # what text looks like must not depend on who asks
    found: Tables = {}
    with Progress("counting", "tables", 1) as progress:
        for schema, table in connection.execute(_TABLES).fetchall():
            if only in ("", table, f"{schema}.{table}"):
                found[f"{schema}.{table}"] = _sum_of(connection, sql.Identifier(schema, table))
                progress.add(1)
    return found


def differences(there: Tables, here: Tables) -> list[str]:
    """In which tables two databases differ, and how."""
    told = []
    for name in sorted(there.keys() | here.keys()):
        old, new = there.get(name), here.get(name)
        if old is None or new is None:
            told.append(f"{name} is missing {'there' if old is None else 'here'}")
        elif tuple(old) != tuple(new):
            what = f"{old[0]:,} rows there, {new[0]:,} here" if old[0] != new[0] else "rows differ"
            told.append(f"{name}: {what}")
    return told


def load(source: Source, backup: Backup, settings: Settings, *options: str) -> None:
    """Restores a dump into the database that the source leads to; `options` are more of pg_restore's."""
    source.check_programs("pg_restore")
    path = file_of(backup)
    argv = ["--exit-on-error", *options, "-d", source.conninfo]
    with (
        sealing.opened(path, keys.read(settings.key), compressed=False) as stream,
        Progress("restoring") as progress,
    ):
        source.fed("pg_restore", *argv, source=_Counted(stream, progress))


def file_of(backup: Backup) -> Path:
    return next(backup.path / name for name in backup.files if name.startswith(DUMP))


def expected(backup: Backup) -> Tables:
    """What the tables held when it was made."""
    return {
        name: (rows, total) for name, (rows, total) in json.loads((backup.path / TABLES).read_text()).items()
    }


class _Counted:
    """A stream that tells how far it was read."""

    def __init__(self, stream, progress: Progress) -> None:
        self._stream, self._progress = stream, progress

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._progress.add(len(data))
        return data


def _sum_of(connection: psycopg.Connection, table: sql.Identifier) -> tuple[int, str]:
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
    )
    rows, total = connection.execute(query.format(table)).fetchone()
    return int(rows), str(total)


def _guess(settings: Settings, source: Source) -> int:
    last = newest(settings, "dump")
    if last:
        return int(last.bytes * 1.5)
    with source.connect() as connection:
        return int(connection.execute("SELECT pg_database_size(current_database())").fetchone()[0]) // 2
