"""Who is connected to PostgreSQL, and who holds others up."""

from collections.abc import Iterator

import psycopg
from django.conf import settings

from twitterclone.doctor.database import GROUND
from twitterclone.doctor.registry import checks, one, rows
from twitterclone.lib.findings import Finding, error, fine, hint, warning

IDLE_MINUTES, LONG_MINUTES = 5, 60
WAITS_SECONDS = 30
PREPARED_MINUTES = 60
DEAD_ROWS, DEAD_SHARE = 50_000, 0.3


@checks.check("postgres.connections", "who finds no connection free shows an error", needs=GROUND)
def connections() -> Iterator[Finding]:
    """Those that are there, and those that our processes may open: each has a pool of its own."""
    used, most = one(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int "
        "- coalesce(current_setting('reserved_connections', true), '0')::int"
    )
    fix = "raise max_connections, lower DATABASE_POOL, or put PgBouncer between (DATABASE_POOLED=true)"
    told = f"{used} of {most} connections are taken"
    if used > most * 0.9:
        yield error(told, fix)
    elif used > most * 0.75:
        yield warning(told, fix)
    else:
        yield fine(told)
    ours = _processes()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    if not settings.HAS_POOLER and ours * pool > most:
        yield warning(f"{ours} processes with {pool} connections each may want more than {most}", fix)


def _processes() -> int:
    """Those of ours that made an id lately."""
    try:
        return int(
            one("SELECT count(*) FROM id_nodes WHERE leased_until > extract(epoch FROM now()) * 1000")[0]
        )
    except psycopg.errors.UndefinedTable:  # told by schema.migrations
        return 0


@checks.check(
    "postgres.transactions", "a transaction that stays open keeps dead rows and locks", needs=GROUND
)
def transactions() -> Iterator[Finding]:
    found = rows(
        "SELECT pid, coalesce(application_name, ''), state, extract(epoch FROM now() - xact_start)::bigint, "
        "extract(epoch FROM now() - state_change)::bigint, pg_blocking_pids(pid) "
        "FROM pg_stat_activity WHERE xact_start IS NOT NULL AND backend_type = 'client backend' "
        "AND pid <> pg_backend_pid() ORDER BY xact_start"
    )
    for pid, name, state, open_for, same_for, blockers in found:
        fix = f"SELECT pg_terminate_backend({pid})"
        if (state or "").startswith("idle in transaction") and same_for > IDLE_MINUTES * 60:
            yield warning(f"{pid} ({name}) does nothing in a transaction since {same_for} s", fix)
        elif open_for > LONG_MINUTES * 60:
            yield warning(f"{pid} ({name}) has a transaction open since {open_for} s", fix)
        elif blockers and same_for > WAITS_SECONDS:
            told = ", ".join(map(str, blockers))
            yield warning(f"{pid} ({name}) waits since {same_for} s for {told}", f"end {told}, or wait")
    for gid, seconds in rows(
        "SELECT gid, extract(epoch FROM now() - prepared)::bigint FROM pg_prepared_xacts "
        "WHERE prepared < now() - make_interval(mins => %s)",
        [PREPARED_MINUTES],
    ):
        yield error(f"the prepared transaction {gid} is {seconds} s old", f"ROLLBACK PREPARED '{gid}'")


@checks.check("postgres.autovacuum", "without vacuum tables grow and plans go wrong", needs=GROUND)
def autovacuum() -> Iterator[Finding]:
    kept = dict(rows("SELECT name, setting FROM pg_settings WHERE name IN ('autovacuum', 'track_counts')"))
    for name, value in kept.items():
        if value != "on":
            yield error(f"{name} is off", f"{name} = on")
    for (table,) in rows(
        "SELECT oid::regclass::text FROM pg_class WHERE 'autovacuum_enabled=false' = ANY(reloptions) "
        "OR 'autovacuum_enabled=off' = ANY(reloptions)"
    ):
        yield warning(f"autovacuum is off for {table}", f"ALTER TABLE {table} RESET (autovacuum_enabled)")
    for table, dead, live in rows(
        "SELECT relid::regclass::text, n_dead_tup, n_live_tup FROM pg_stat_user_tables "
        "WHERE n_dead_tup > %s AND n_dead_tup > %s * n_live_tup ORDER BY 1 LIMIT 10",
        [DEAD_ROWS, DEAD_SHARE],
    ):
        yield hint(
            f"{table} has {dead:,} dead rows beside {live:,}", f"see what keeps vacuum away; VACUUM {table}"
        )
