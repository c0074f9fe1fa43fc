"""The statements a piece of code sends, and PostgreSQL's own account of each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction

MONTH = "tweets_2"
VERBS = frozenset({"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"})
BIG = 5_000  # rows from which on a table must not be read from end to end
FEW = 0.1  # of its rows: whoever wants more of a table does well to read all of it
SMALL = 2_000  # pages, 16 MB: that few are read in a moment, and PostgreSQL may prefer them to an index

Sent = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement: its time in ms, rows, buffers, months named and read, indexes, big tables scanned."""

    sql: str
    ms: float
    rows: int
    buffers: int
    months_named: int
    months_read: int
    indexes: tuple[str, ...]
    scans: tuple[str, ...]
    shape: str


class Extent(NamedTuple):
    """How large a table is: about how many rows by the last ANALYZE, and the pages it has now."""

    rows: int
    pages: int


def statements_of(action: Callable[[], Any]) -> list[Sent]:
    """What the action sends to the database, with its parameters."""
    sent: list[Sent] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and sql.lstrip().split(None, 1)[0].upper() in VERBS:
            sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        action()
    return sent


def plan_of(sql: str, params: Any, sizes: dict[str, Extent]) -> Plan:
    """Runs the statement under EXPLAIN (ANALYZE, BUFFERS): call it where what it writes is rolled back.

    `sizes` are those of the tables, as `table_sizes` tells them.
    """
    told = _told("ANALYZE, BUFFERS, FORMAT JSON", sql, params)
    nodes = list(_nodes(told["Plan"]))
    read = [node for node in nodes if node.get("Actual Loops")]
    return Plan(
        sql=sql,
        ms=round(told["Planning Time"] + told["Execution Time"], 3),
        rows=int(told["Plan"]["Actual Rows"]),
        buffers=told["Plan"].get("Shared Hit Blocks", 0) + told["Plan"].get("Shared Read Blocks", 0),
        months_named=len(_months(nodes)),
        months_read=len(_months(read)),
        indexes=tuple(sorted({node["Index Name"] for node in read if "Index Name" in node})),
        scans=tuple(sorted(_unfounded(set(_scans(read, sizes)), sql, params, sizes))),
        shape=" ".join(dict.fromkeys(_step(node) for node in nodes)),
    )


def table_sizes() -> dict[str, Extent]:
    """The extent of each table by its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples, pg_relation_size(oid) / current_setting('block_size')::int "
            "FROM pg_class WHERE relkind IN ('r', 'p')"
        )
        return {name: Extent(int(rows), int(pages)) for name, rows, pages in cursor.fetchall()}


def _told(how: str, sql: str, params: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}) {sql}", params)
        answer = cursor.fetchone()[0]
    found: dict[str, Any] = (answer if isinstance(answer, list) else json.loads(answer))[0]
    return found


def _scans(nodes: list[dict[str, Any]], sizes: dict[str, Extent]) -> Iterator[str]:
    """The big tables that were read from end to end for a few of their rows."""
    for node in nodes:
        table = node.get("Relation Name", "")
        if node["Node Type"] == "Seq Scan" and table in sizes and sizes[table].rows >= BIG:
            taken, passed = node["Actual Rows"], node.get("Rows Removed by Filter", 0)
            if taken < FEW * (taken + passed):
                yield table


def _unfounded(scans: set[str], sql: str, params: Any, sizes: dict[str, Extent]) -> set[str]:
    """Those of the scans that are a fault: a table of few pages may be read whole if an index leads there.

    Then it was PostgreSQL's choice, and a good one; where no index does, every row to come makes it worse.
    """
    small = {table for table in scans if sizes[table].pages < SMALL}
    return scans - (small & _led_to(sql, params) if small else set())


def _led_to(sql: str, params: Any) -> set[str]:
    """The tables to whose rows an index leads when PostgreSQL is kept from reading tables whole."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        told = _told("FORMAT JSON", sql, params)
        cursor.execute("SET LOCAL enable_seqscan = on")
    conditions = {"Index Cond", "Recheck Cond"}
    found = [node for node in _nodes(told["Plan"]) if conditions & node.keys()]
    return {str(node.get("Relation Name", "")) for node in found}  # "" of a bitmap, whose table is above it


def _months(nodes: list[dict[str, Any]]) -> set[str]:
    found = {str(node.get("Relation Name", "")) for node in nodes}
    return {name for name in found if name.startswith(MONTH)}


def _step(node: dict[str, Any]) -> str:
    """A step of the plan without the months, which change with the calendar."""
    name = str(node.get("Relation Name", ""))
    table = "tweets" if name.startswith(MONTH) else name
    return f"{node['Node Type']}({table})" if table else str(node["Node Type"])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)
