"""Statements of the hottest paths: parsed and planned once for a connection, then only run.

Django's cursors write values into the SQL, so that every execution is a new statement to plan: of small
ones that takes longer than running them. Plans made here hold for all values (`plan_cache_mode` in the
settings): no array may decide which months are opened, since that is decided without its values.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor  # type: ignore[attr-defined]
from django.db.backends.utils import CursorWrapper

from twitterclone.lib.postgres.base import counted


def rows(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple]:
    """Runs the statement and returns all its rows; one query, counted and logged like any other."""
    with _cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _cursor() -> CursorWrapper:
    database = connections[DEFAULT_DB_ALIAS]  # once: `connection` looks for it at every touch
    if database.queries_logged:  # whoever reads the log wants to see the values
        return database.cursor()
    database.ensure_connection()
    cursor = counted(ServerBindingCursor, database.alias, database.vendor)(database.connection)
    # as cursor() does with one of its own class
    return cast("CursorWrapper", database._prepare_cursor(cursor))  # type: ignore[attr-defined]
