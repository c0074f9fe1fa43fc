"""Which months of tweets a statement opens: read from PostgreSQL's own plan."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

MONTH = "tweets_20"


@dataclass(frozen=True)
class Plan:
    """A statement, the months its plan names, those it really read, and the indexes it went through."""

    sql: str
    planned: frozenset[str]
    read: frozenset[str]
    indexes: frozenset[str]


def plans_of(action: Callable[[], Any], *, about: str = "") -> list[Plan]:
    """The plans of the statements that the action sends; with `about` only of those that contain it."""
    with CaptureQueriesContext(connection) as queries:
        action()
    return [
        plan(query["sql"]) for query in queries if _is_explainable(query["sql"]) and about in query["sql"]
    ]


def plan(sql: str) -> Plan:
    """What EXPLAIN says; reading statements are run, writing ones only planned."""
    analyze = "ANALYZE, TIMING OFF, " if sql.lstrip().upper().startswith("SELECT") or " up " in sql else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({analyze}FORMAT JSON) {sql}".replace("%", "%%"), [])
        answer = cursor.fetchone()[0]
    top = answer if isinstance(answer, list) else json.loads(answer)
    nodes = list(_nodes(top[0]["Plan"]))
    return Plan(
        sql=sql,
        planned=frozenset(_months(nodes)),
        read=frozenset(_months([node for node in nodes if node.get("Actual Loops")])),
        indexes=frozenset(node["Index Name"] for node in nodes if "Index Name" in node),
    )


def month_of(moment: Any) -> str:
    return f"tweets_{moment:%Y_%m}"


def _is_explainable(sql: str) -> bool:
    return sql.lstrip().split(None, 1)[0].upper() in {"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"}


def _months(nodes: list[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        if str(node.get("Relation Name", "")).startswith(MONTH):
            yield node["Relation Name"]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)
