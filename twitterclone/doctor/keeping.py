"""What PostgreSQL keeps for recoveries and copies, and what keeps it from cleaning up."""

from collections.abc import Iterator

from twitterclone.doctor.database import GROUND
from twitterclone.doctor.registry import checks, one, rows
from twitterclone.lib.findings import Finding, error, fine, hint, warning

GB = 1024**3
HELD = GB  # bytes of log that an idle slot may hold
LAG_SECONDS = 30
FAR, TOO_FAR = 500_000_000, 1_500_000_000  # of the two billion transactions that can be told apart


@checks.check("postgres.log", "recovery to a moment needs the log, archived without a gap", needs=GROUND)
def log() -> Iterator[Finding]:
    kept = dict(rows("SELECT name, setting FROM pg_settings"))
    if kept["wal_level"] == "minimal":
        yield error(
            "wal_level is minimal: neither copies nor recovery to a moment", "wal_level = replica, restart"
        )
    if kept["archive_mode"] == "off":
        yield hint(
            "the log is not archived: recovery reaches only to the last backup",
            "archive_mode = on and an archive_command, or pg_receivewal; see docs/operations",
        )
        return
    failed, last, since, archived, is_failing = one(
        "SELECT failed_count, last_failed_wal, extract(epoch FROM now() - last_failed_time)::bigint, "
        "extract(epoch FROM now() - last_archived_time)::bigint, "
        "coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver"
    )
    if is_failing:
        yield error(
            f"the log is not archived since {last}: {failed} failures, the last {since} s ago",
            "look at PostgreSQL's log for what archive_command says; the disk fills until it works",
        )
    elif archived is not None:
        yield fine(f"the log was archived {archived} s ago")
    if "summarize_wal" not in kept:
        yield hint(
            "differential backups need PostgreSQL 17: `make backup ARGS=diff` makes full ones",
            "room for them, or BACKUP_DRIVER=pgbackrest, or PostgreSQL 17",
        )
    elif kept["summarize_wal"] == "off":
        yield hint("incremental backups are not possible", "summarize_wal = on")


@checks.check("postgres.slots", "a slot that nobody reads keeps log until the disk is full", needs=GROUND)
def slots() -> Iterator[Finding]:
    found = rows(
        "SELECT slot_name, active, wal_status, coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() "
        "THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)::bigint "
        "FROM pg_replication_slots ORDER BY 1"
    )
    for name, active, status, held in found:
        drop = f"start who reads it, or SELECT pg_drop_replication_slot('{name}')"
        if status == "lost":
            yield error(f"slot {name} lost its log: its reader must be made anew", drop)
        elif not active and held > HELD:
            yield error(f"slot {name} is read by nobody and holds {held / GB:.1f} GB of log", drop)
        elif not active:
            yield warning(f"slot {name} is read by nobody", drop)
        elif held > 4 * HELD:
            yield warning(f"the reader of slot {name} is {held / GB:.1f} GB behind", "look what holds it up")
    (limit,) = one("SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size'")
    if found and limit < 0:
        yield hint(
            "slots may hold any amount of log", "max_slot_wal_keep_size = '20GB', or what the disk has"
        )


@checks.check(
    "postgres.replicas", "a copy that lags is no copy, and one that is awaited stops writing", needs=GROUND
)
def replicas() -> Iterator[Finding]:
    found = rows(
        "SELECT coalesce(nullif(application_name, ''), host(client_addr)), state, sync_state, "
        "coalesce(extract(epoch FROM replay_lag), 0)::bigint, "
        "coalesce(pg_wal_lsn_diff(sent_lsn, replay_lsn), 0)::bigint FROM pg_stat_replication ORDER BY 1"
    )
    for name, state, _sync, seconds, behind in found:
        if state not in ("streaming", "backup"):
            yield warning(f"the copy {name} is at {state}", "look at its log")
        elif seconds > LAG_SECONDS:
            yield warning(
                f"the copy {name} is {seconds} s ({behind / GB:.1f} GB) behind",
                "look at its disk and network",
            )
        else:
            yield fine(f"the copy {name} is {seconds} s behind")
    (wanted,) = one("SELECT current_setting('synchronous_standby_names')")
    if wanted and not any(sync in ("sync", "quorum") for _, _, sync, _, _ in found):
        yield error(
            f"commits wait for {wanted}, and nobody of that name is there",
            "start the copy; to go on without: ALTER SYSTEM SET synchronous_standby_names = '', reload",
        )


@checks.check("postgres.age", "PostgreSQL stops writing when transactions run out", needs=GROUND)
def age() -> Iterator[Finding]:
    name, transactions, members = one(
        "SELECT datname, age(datfrozenxid), mxid_age(datminmxid) FROM pg_database "
        "ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC LIMIT 1"
    )
    oldest = max(transactions, members)
    told = f"the oldest row of {name} is {oldest:,} transactions old, of 2 billion"
    fix = f"end old transactions, prepared ones and idle slots, then vacuumdb --freeze {name}"
    if oldest > TOO_FAR:
        yield error(told, fix)
    elif oldest > FAR:
        yield warning(told, fix)
    else:
        yield fine(told)
