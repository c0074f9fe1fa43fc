"""What PostgreSQL says of itself and of the outbox: a few short looks over one connection beside the pool.

A look that takes long is broken off by the server, and after the last moment no further one is made:
whoever watches must not be what slows the site.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from django.utils import timezone

from twitterclone.health import MONTHS
from twitterclone.lib.direct import address
from twitterclone.monitoring.families import Found, off

LOOK_MS = 1000
DAY = 24 * 60 * 60
ALL_SECONDS = 3.0

Cursor = psycopg.Cursor[tuple]
Look = Callable[[Cursor, Found], None]

_OUTBOX = """
    SELECT event, count(*) FILTER (WHERE available_at < 'infinity'),
        extract(epoch FROM now() - min(created_at) FILTER (WHERE available_at < 'infinity')),
        count(*) FILTER (WHERE available_at = 'infinity')
    FROM (SELECT event, created_at, available_at FROM outbox WHERE done_at IS NULL
        ORDER BY available_at, id LIMIT 50000) AS open
    GROUP BY event
"""
_ACTIVITY = """
    SELECT coalesce(state, 'other'), count(*),
        count(*) FILTER (WHERE wait_event_type = 'Lock'),
        extract(epoch FROM max(now() - query_start) FILTER (WHERE wait_event_type = 'Lock')),
        extract(epoch FROM max(now() - xact_start))
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    GROUP BY 1
"""
_DATABASE = """
    SELECT blks_hit, blks_read, xact_commit, xact_rollback, deadlocks, temp_bytes,
        pg_database_size(datname), current_setting('max_connections')::int,
        (current_setting('transaction_read_only') = 'off')::int,
        extract(epoch FROM clock_timestamp())::float8
    FROM pg_stat_database WHERE datname = current_database()
"""
_TABLES = """
    SELECT relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables ORDER BY n_dead_tup DESC, relname LIMIT 20
"""
_REPLICAS = """
    SELECT coalesce(nullif(application_name, ''), 'unnamed'),
        pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
            ELSE pg_current_wal_lsn() END, replay_lsn),
        coalesce(extract(epoch FROM replay_lag), 0)
    FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn IS NOT NULL
"""
_ARCHIVE = """
    SELECT failed_count, CASE WHEN current_setting('archive_mode') <> 'off'
        THEN extract(epoch FROM now() - last_archived_time) END FROM pg_stat_archiver
"""
# only what Django and our prepared statements send: others may hold values, a password among them; and not
# this one itself, which whoever looks often would find at the top
_STATEMENTS = """
    SELECT query, sum(calls), sum(total_exec_time) / 1000, sum(rows)
    FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND query ~* '^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\\M'
        AND query NOT LIKE '%pg_stat_statements%'
    GROUP BY query ORDER BY 3 DESC LIMIT 20
"""


def look(found: Found) -> None:
    """Adds everything that can be found out in a moment; each part says whether it could."""
    deadline = time.monotonic() + ALL_SECONDS
    try:
        connection = psycopg.connect(address(), autocommit=True)
    except psycopg.Error:
        for name in LOOKS:
            found.add("part_up", 0, name)
        return
    with connection, connection.cursor() as cursor:
        for name, part in LOOKS.items():
            _timed(name, part, cursor, found, deadline)


def statements() -> list[tuple[str, str, float, float, float]]:
    """The statements that take most time: hash, text, seconds, calls, milliseconds of a call in the mean."""
    try:
        with psycopg.connect(address(), autocommit=True) as connection, connection.cursor() as cursor:
            with bounded(cursor):
                cursor.execute(_STATEMENTS)
            return [
                (hash_of(text), " ".join(text.split()), seconds, float(calls), 1000 * seconds / float(calls))
                for text, calls, seconds, _rows in cursor.fetchall()
            ]
    except psycopg.Error:
        return []


@contextmanager
def bounded(cursor: Cursor) -> Iterator[None]:
    """What runs inside is broken off soon. For this transaction only: a pooler's next client is not bound."""
    with cursor.connection.transaction():
        cursor.execute(f"SET LOCAL statement_timeout = {LOOK_MS}; SET LOCAL lock_timeout = 200")
        yield


def hash_of(text: str) -> str:
    """A name for a statement's text that lasts: PostgreSQL's own number is another on another server."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _timed(name: str, part: Look, cursor: Cursor, found: Found, deadline: float) -> None:
    begun = time.monotonic()
    if begun > deadline:
        found.add("part_up", 0, name)
        return
    try:
        with bounded(cursor):
            part(cursor, found)
    except psycopg.Error:
        found.add("part_up", 0, name)
    else:
        found.add("part_up", 1, name)
    found.add("part_seconds", time.monotonic() - begun, name)


def _outbox(cursor: Cursor, found: Found) -> None:
    cursor.execute(_OUTBOX)
    rows = cursor.fetchall()
    for event, count, oldest, _parked in rows:
        found.add("outbox_open", count, event)
        found.add("outbox_oldest_seconds", oldest, event)
    found.add("outbox_parked", sum(row[3] for row in rows))
    found.add("fanout_lag_seconds", max((row[2] for row in rows if row[2] is not None), default=0))


def _activity(cursor: Cursor, found: Found) -> None:
    cursor.execute(_ACTIVITY)
    rows = cursor.fetchall()
    for state, count, *_ in rows:
        found.add("database_connections", count, state)
    found.add("database_locks_waiting", sum(row[2] for row in rows))
    found.add("database_lock_wait_seconds", max((row[3] or 0 for row in rows), default=0))
    found.add("database_transaction_seconds", max((row[4] or 0 for row in rows), default=0))


def _database(cursor: Cursor, found: Found) -> None:
    names = ("blocks_hit", "blocks_read", "commits", "rollbacks", "deadlocks", "temp_bytes", "size_bytes")
    begun = time.time()
    cursor.execute(_DATABASE)
    *values, theirs = cursor.fetchone() or (None,)
    found.add("clock_off_seconds", off(theirs, begun, time.time()), "postgresql")
    for name, value in zip((*names, "connections_max", "writable"), values, strict=True):
        found.add(f"database_{name}", value)


def _tables(cursor: Cursor, found: Found) -> None:
    cursor.execute(_TABLES)
    for table, dead, living in cursor.fetchall():
        found.add("table_dead_rows", dead, table)
        found.add("table_rows", living, table)


def _months(cursor: Cursor, found: Found) -> None:
    cursor.execute(MONTHS)
    _, beyond = cursor.fetchone() or (False, None)
    left = beyond - timezone.now() if beyond else timedelta()
    found.add("partition_horizon_days", max(0.0, left.total_seconds() / DAY))


def _replicas(cursor: Cursor, found: Found) -> None:
    cursor.execute(_REPLICAS)
    rows = cursor.fetchall()
    found.add("replicas", len(rows))
    worst: dict[str, tuple[float, float]] = {}
    for name, lag_bytes, seconds in rows:  # two may have the same name
        known = worst.get(name, (0.0, 0.0))
        worst[name] = max(known[0], float(lag_bytes or 0)), max(known[1], float(seconds))
    for name, (lag_bytes, seconds) in worst.items():
        found.add("replica_lag_bytes", lag_bytes, name)
        found.add("replica_lag_seconds", seconds, name)


def _archive(cursor: Cursor, found: Found) -> None:
    cursor.execute(_ARCHIVE)
    failed, age = cursor.fetchone() or (0, None)
    found.add("wal_archive_failures", failed)
    found.add("wal_archive_age_seconds", age)


def _statements(cursor: Cursor, found: Found) -> None:
    cursor.execute(_STATEMENTS)
    for text, calls, seconds, rows in cursor.fetchall():
        name = hash_of(text)
        found.add("statement_calls", calls, name)
        found.add("statement_seconds", seconds, name)
        found.add("statement_rows", rows, name)


LOOKS: dict[str, Look] = {
    "outbox": _outbox,
    "activity": _activity,
    "database": _database,
    "tables": _tables,
    "months": _months,
    "replicas": _replicas,
    "archive": _archive,
    "statements": _statements,
}
