"""The months of the tweets' table, made ahead of time."""

from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction
from psql_partition.partitioning import PostgresPartitioningManager
from psql_partition.partitioning.config import PostgresPartitioningConfig
from psql_partition.partitioning.current_time_strategy import PostgresCurrentTimePartitioningStrategy
from psql_partition.partitioning.time_partition_size import PostgresTimePartitionSize

from tweets.models import Tweet

MONTHS_AHEAD = 4
FILLFACTOR = 80  # room in each page for counter updates that touch no index

manager = PostgresPartitioningManager(
    [
        PostgresPartitioningConfig(
            model=Tweet,
            strategy=PostgresCurrentTimePartitioningStrategy(
                size=PostgresTimePartitionSize(months=1), count=MONTHS_AHEAD + 1, name_format="%Y_%m"
            ),
        )
    ]
)


def keep_partitions_ahead() -> None:
    """Makes this month and the next four, by the library's command; does nothing when they exist."""
    with redirect_stdout(StringIO()):  # the command prints whatever it is told
        call_command("pgpartition", "--yes", "--skip-delete", verbosity=0)
    _leave_room()


def make_months(first: date, last: date) -> None:
    """Makes the months from `first` to `last`, for history that is loaded."""
    year, month = first.year, first.month
    there = months()
    with transaction.atomic(), connection.cursor() as cursor:
        while (year, month) <= (last.year, last.month):
            start = datetime(year, month, 1, tzinfo=UTC)
            year, month = (year + month // 12, month % 12 + 1)
            if start.date() in there:  # an archived month is, under another name
                continue
            end = datetime(year, month, 1, tzinfo=UTC)
            name = f"tweets_{start:%Y_%m}"
            cursor.execute(
                f"CREATE TABLE {name} PARTITION OF tweets "
                f"FOR VALUES FROM ('{start:%Y-%m-%d}') TO ('{end:%Y-%m-%d}')"
            )
    _leave_room()


def months() -> list[date]:
    """The first days of the months there are, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \\(''([0-9-]{10})')::date "
            "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'tweets'::regclass ORDER BY 1"
        )
        return [first for (first,) in cursor.fetchall()]


def tables() -> list[str]:
    """The months' tables as SQL names them, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'tweets'::regclass ORDER BY "
            "(SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = inhrelid)"
        )
        return [name for (name,) in cursor.fetchall()]


def _leave_room() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'tweets'::regclass AND c.reloptions IS NULL"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {name} SET (fillfactor = {FILLFACTOR})")
