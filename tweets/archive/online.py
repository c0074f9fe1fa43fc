"""The first tier: a month's table moves into the schema `archive` and stays a part of `tweets`.

Permalinks, profiles, threads, searches and foreign keys go on as before; what changes is that old months can
be put on another disk, dumped and maintained apart.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

SCHEMA, HOME = "archive", "public"

_MONTHS = """
    SELECT n.nspname, c.relname,
        substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \\(''([0-9-]{10})')::date AS first,
        substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([0-9-]{10})')::date AS after
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.inhparent = 'tweets'::regclass ORDER BY first
"""


class Month(NamedTuple):
    """A month's table, from its first day to the day after its last."""

    schema: str
    name: str
    first: date
    after: date

    @property
    def table(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def months_before(limit: date) -> list[Month]:
    """The months that ended by this day, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        return [month for row in cursor.fetchall() if (month := Month(*row)).after <= limit]


@transaction.atomic
def move_month(month: Month, schema: str = SCHEMA) -> bool:
    """Moves the month's table into a schema; False when it is there. Nothing is rewritten: it takes a moment.

    Gives up after five seconds of waiting for whoever reads the month.
    """
    if month.schema == schema:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        cursor.execute(f"ALTER TABLE {month.table} SET SCHEMA {schema}")
    return True
