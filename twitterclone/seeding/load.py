"""Rows into tables: by COPY, and for many rows with indexes and foreign keys made afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from django.db import connection
from psycopg import sql

from twitterclone.seeding.rows import COLUMNS

PIECE = 2000  # rows in one write

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1
"""


def copy_rows(table: str, rows: Iterable[str]) -> int:
    """Writes lines of PostgreSQL's text format into the table; returns how many."""
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table].split()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    iterator, count = iter(rows), 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while piece := list(islice(iterator, PIECE)):
            copy.write("".join(piece))
            count += len(piece)
    return count


def drop_foreign_keys(tables: Sequence[str]) -> None:
    """In a transaction that will be rolled back: rows then go without a look at every month for each."""
    with connection.cursor() as cursor:
        for table, name, _definition in cursor.execute(_FOREIGN_KEYS, [list(tables)]).fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


@contextmanager
def indexes_made_afterwards(tables: Sequence[str]) -> Iterator[None]:
    """Drops the tables' foreign keys and plain indexes, and makes them anew behind the rows.

    In the caller's transaction, so that nobody ever sees a table without them. Checking a million
    keys at once is a join; checking them row by row against every partition takes minutes.
    """
    with connection.cursor() as cursor:
        keys = cursor.execute(_FOREIGN_KEYS, [list(tables)]).fetchall()
        indexes = cursor.execute(_INDEXES, [list(tables)]).fetchall()
        for table, name, _definition in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _name, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON ", 1))
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def analyze(tables: Iterable[str]) -> None:
    """Tells the planner what is there now."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
