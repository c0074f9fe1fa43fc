"""What goes with a month's tweets: read from the foreign keys there are, so that no table is forgotten."""

# ruff: noqa: S608 -- composed of names from the catalogue and of constants

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection

from tweets.archive.online import Month

Cursor = Any  # psycopg's, wrapped by Django

_KEYS = """
    SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, child.attname
    FROM pg_constraint c
    JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conparentid = 0 ORDER BY 1, 3
"""
_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of which rows go, its columns, and the temporary table that holds their ids."""

    table: str
    columns: tuple[str, ...]

    @property
    def ids(self) -> str:
        return f"going_{self.table}"

    @property
    def selection(self) -> str:
        """SQL for the rows that go."""
        return f"SELECT {self.column_list} FROM {self.table} WHERE id IN (SELECT id FROM {self.ids})"

    @property
    def column_list(self) -> str:
        return ", ".join(f'"{name}"' for name in self.columns)


def parts_of_tweets() -> list[Part]:
    """Tweets and every table that hangs on them, whatever is needed before what needs it."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        keys = cursor.fetchall()
        hanging: dict[str, set[str]] = {"tweets": set()}
        grown = True
        while grown:
            found = [(child, parent) for child, parent, _ in keys if parent in hanging and child != parent]
            grown = any(child not in hanging or parent not in hanging[child] for child, parent in found)
            for child, parent in found:
                hanging.setdefault(child, set()).add(parent)
        parts = []
        for table in TopologicalSorter(hanging).static_order():
            cursor.execute(_COLUMNS, [table])
            parts.append(Part(table, tuple(name for (name,) in cursor.fetchall())))
        return parts


def collect(cursor: Cursor, month: Month, parts: list[Part]) -> None:
    """Fills the temporary tables with the ids of what goes with the month.

    Retweets in other months go along: without the tweet they pass on they are nothing.
    """
    cursor.execute(_KEYS)
    keys = cursor.fetchall()
    for part in parts:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{part.ids}")
        cursor.execute(f"CREATE TEMPORARY TABLE {part.ids} ON COMMIT DROP AS {_ids_of(part, month, keys)}")
        cursor.execute(f"ANALYZE {part.ids}")


def _ids_of(part: Part, month: Month, keys: list[tuple[str, str, str]]) -> str:
    if part.table == "tweets":
        return (
            f"SELECT id FROM {month.table} UNION SELECT t.id FROM tweets t "
            f"JOIN {month.table} m ON t.retweet_of_id = m.id AND t.retweet_of_created_at = m.created_at"
        )
    conditions = [
        f'"{column}" IN (SELECT id FROM going_{parent})'
        for child, parent, column in keys
        if child == part.table and _is_among(parent, keys)
    ]
    return f"SELECT id FROM {part.table} WHERE {' OR '.join(conditions)}"


def _is_among(table: str, keys: list[tuple[str, str, str]]) -> bool:
    """Whether the table is `tweets` or hangs on it."""
    above = {parent for child, parent, _ in keys if child == table and parent != table}
    return table == "tweets" or any(_is_among(parent, keys) for parent in above)
