"""The site's own tables."""

from collections.abc import Iterator

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from twitterclone.doctor.database import GROUND
from twitterclone.doctor.registry import checks, one, rows
from twitterclone.health import MONTHS
from twitterclone.lib.findings import Finding, error, fine, hint, warning

FEWEST_DAYS = 45  # that tweets have a month to go to


@checks.check("schema.migrations", "code and database must be of one version", needs=GROUND)
def migrations() -> Iterator[Finding]:
    try:
        applied = set(rows("SELECT app, name FROM django_migrations"))
    except psycopg.errors.UndefinedTable:
        yield error("the database is empty", "make upgrade")
        return
    ours = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    known = {app for app, _ in ours}
    if lacking := sorted(ours - applied):
        told = ", ".join(f"{app}.{name}" for app, name in lacking[:3])
        yield error(
            f"{len(lacking)} migrations are not applied: {told}{' …' if lacking[3:] else ''}", "make upgrade"
        )
    newer = sorted((app, name) for app, name in applied - ours if app in known)
    if newer:
        yield warning(
            f"the database has {len(newer)} migrations that this code lacks: {newer[0][0]}.{newer[0][1]}",
            "run the newer version, as planned by whoever upgraded",
        )


@checks.check("schema.tables", "a table that is gone took its rows along", needs="schema.migrations")
def tables() -> Iterator[Finding]:
    there = {name for (name,) in rows("SELECT relname FROM pg_class WHERE pg_table_is_visible(oid)")}
    if gone := sorted(set(connection.introspection.django_table_names()) - there):
        yield error(
            f"tables are gone: {', '.join(gone[:5])}{' …' if gone[5:] else ''}",
            "make stop, make restore ARGS=\"--to 'TIME'\" of before: docs/operations/disaster-recovery.md",
        )


@checks.check("schema.months", "a tweet without a month for it is refused", needs=GROUND)
def months() -> Iterator[Finding]:
    has_now, beyond = one(MONTHS)
    if not has_now:
        yield error("there is no month for today's tweets", "manage.py partitions")
        return
    (left,) = one("SELECT extract(epoch FROM %s::timestamptz - now())::bigint / 86400", [beyond])
    if left < FEWEST_DAYS:
        yield error(
            f"tweets have months for {left} more days",
            "manage.py partitions; beat should do it every six hours, see queues.beat",
        )
    else:
        yield fine(f"tweets have months for {left} more days")


@checks.check(
    "schema.indexes", "an index that was never finished costs writes and helps nobody", needs=GROUND
)
def indexes() -> Iterator[Finding]:
    for index, table in rows(
        "SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index i "
        "WHERE NOT (indisvalid AND indisready) AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p "
        "WHERE p.index_relid = i.indexrelid) ORDER BY 1"
    ):
        yield warning(f"index {index} of {table} is not whole", f"REINDEX INDEX CONCURRENTLY {index}")
    for name, table in rows(
        "SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE NOT convalidated ORDER BY 1"
    ):
        yield hint(
            f"{name} of {table} was never made sure of", f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"'
        )
