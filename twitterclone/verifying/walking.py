"""Tables in batches of their primary key, in transactions that cannot write."""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from twitterclone.lib.findings import Finding, Register

BATCH = 20_000
SHOWN = 100  # findings of a check that are told one by one

_TABLES = """
    SELECT c.oid::regclass::text, coalesce(parent.inhparent::regclass::text, c.oid::regclass::text), (
        SELECT quote_ident(a.attname) FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = c.oid AND i.indisprimary)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_inherits parent ON parent.inhrelid = c.oid
    WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname IN ('public', 'archive')
    ORDER BY 2, 1
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that holds rows: of a partitioned one (`whole`) each part, with its key's first column."""

    name: str
    whole: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """How to look: rows at once, whether to take the time for everything, and who hears how far it is."""

    batch: int = BATCH
    deep: bool = False
    tell: Callable[[str, int], object] = lambda *_: None


checks: Register[Callable[[Look], Iterator[Finding]]] = Register()


@contextmanager
def reading() -> Iterator[Any]:
    """A cursor in a transaction of its own that PostgreSQL lets write nothing.

    Within another transaction, which may be about to write, only the promise is left.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield cursor


@contextmanager
def planning(cursor: Any, **settings: str) -> Iterator[None]:
    """Settings of the planner for a few statements; set back, since the transaction may be another's."""
    for name, value in settings.items():
        cursor.execute(f"SET LOCAL {name} = {value}")
    try:
        yield
    finally:
        if not connection.needs_rollback and not connection.errors_occurred:
            for name in settings:
                cursor.execute(f"SET LOCAL {name} TO DEFAULT")


def tables() -> list[Table]:
    """Every table with rows, parts beside their whole."""
    return [Table(*row) for row in rows(_TABLES)]


def rows(sql: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with reading() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def escaped(expression: str) -> str:
    """An expression of the catalogue as part of a statement with values."""
    return expression.replace("%", "%%")


def spans(table: Table, look: Look) -> Iterator[tuple[str, list[Any]]]:
    """Conditions on the table `c`, each for as many rows as are looked at at once, in order of the key."""
    if table.key is None:
        yield "true", []
        return
    last: list[Any] = []
    seen = 0
    while True:
        beyond = f"c.{table.key} > %s" if last else "true"
        found = rows(
            f"SELECT c.{table.key} FROM {table.name} c WHERE {beyond} ORDER BY 1 OFFSET %s LIMIT 1",
            [*last, look.batch - 1],
        )
        look.tell(table.name, seen)
        if not found:
            yield beyond, last
            return
        yield f"{beyond} AND c.{table.key} <= %s", [*last, found[0][0]]
        last, seen = [found[0][0]], seen + look.batch
