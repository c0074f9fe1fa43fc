"""Statements of the hottest paths: parsed and planned once for a connection, then only run.

Django's cursors write values into the SQL, so that every execution is a new statement to plan: of small
ones that takes longer than running them. Plans made here hold for all values (`plan_cache_mode` in the
settings): no array may decide which months are opened, since that is decided without its values.
"""

import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django_prometheus.db import errors_total, execute_total, query_duration_seconds
from psycopg import Cursor

from twitterclone.lib import replicas

Values = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, values: Values, *, fresh: bool = False) -> list[tuple]:
    """Runs the statement and returns all its rows; one query, counted and logged like any other.

    With `fresh` on the primary, whatever the request reads from; so must be what writes.
    """
    alias = DEFAULT_DB_ALIAS if fresh else replicas.chosen()
    database = connections[alias]  # once: `connection` looks for it at every touch
    if database.queries_logged or database.execute_wrappers:  # whoever looks on wants to see the values
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    try:
        return _run(database, sql, values)
    except (OperationalError, InterfaceError) as error:
        if not replicas.gave_up(alias, error):
            raise
        return rows(sql, values, fresh=True)


def _run(database: BaseDatabaseWrapper, sql: str, values: Values) -> list[tuple]:
    """What Django's cursors do around psycopg's, and django-prometheus around these, without the layers."""
    database.ensure_connection()
    database.validate_no_broken_transaction()
    executed, duration = _meters(database.alias, database.vendor)
    executed.inc()
    begun = time.perf_counter()
    with database.wrap_database_errors:
        try:
            return _cursor(database.connection, sql).execute(sql, values).fetchall()
        except Exception as error:
            errors_total.labels(database.alias, database.vendor, type(error).__name__).inc()
            raise
        finally:
            duration.observe(time.perf_counter() - begun)


def _cursor(connection: Any, sql: str) -> Any:
    """One for each statement: a cursor that runs the same again knows how to read its columns."""
    cursors: dict[str, Cursor] = vars(connection).setdefault("_statements", {})  # gone when it is
    if sql not in cursors:
        cursors[sql] = Cursor(connection)
    return cursors[sql]


@cache
def _meters(alias: str, vendor: str) -> tuple[Any, Any]:
    return execute_total.labels(alias, vendor), query_duration_seconds.labels(alias, vendor)
