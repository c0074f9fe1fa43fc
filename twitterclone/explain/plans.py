"""The statements a piece of code sends, and PostgreSQL's own account of each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

MONTH = "tweets_2"
VERBS = frozenset({"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"})
BIG = 5_000  # rows from which on a table must not be read from end to end
FEW = 0.1  # of its rows: whoever wants more of a table does well to read all of it

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


def plan_of(sql: str, params: Any, sizes: dict[str, int]) -> Plan:
    """Runs the statement under EXPLAIN (ANALYZE, BUFFERS): call it where what it writes is rolled back.

    `sizes` are the tables' rows, as `table_sizes` tells them.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
    told = (answer if isinstance(answer, list) else json.loads(answer))[0]
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
        scans=tuple(sorted(set(_scans(read, sizes)))),
        shape=" ".join(dict.fromkeys(_step(node) for node in nodes)),
    )


def table_sizes() -> dict[str, int]:
    """About how many rows each table has, by the last ANALYZE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relkind IN ('r', 'p')")
        return {name: int(rows) for name, rows in cursor.fetchall()}


def _scans(nodes: list[dict[str, Any]], sizes: dict[str, int]) -> Iterator[str]:
    for node in nodes:
        if node["Node Type"] == "Seq Scan" and sizes.get(node["Relation Name"], 0) >= BIG:
            taken, passed = node["Actual Rows"], node.get("Rows Removed by Filter", 0)
            if taken < FEW * (taken + passed):
                yield node["Relation Name"]


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
