"""How things stand, in one look and in `DATA_DIR/backups/status.json` for doctor, metrics and alerts."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ops.backup import archiving
from ops.backup.catalog import KINDS, PHYSICAL, Backup, backups, chain, now, write_json
from ops.backup.pgbackrest import PgBackRest
from ops.backup.settings import DAY, Settings
from ops.console import say

GRACE = timedelta(hours=2)
OLDEST = {"full": 7 * DAY + GRACE, "diff": DAY + GRACE, "dump": DAY + GRACE, "media": DAY + GRACE}
ORDER = (*KINDS, "wal")
FAILED = "failed.json"
UNVERIFIED = 8 * DAY  # how long nothing of a kind may have been verified


@dataclass
class Status:
    """All backups, and what is wrong with them in words."""

    entries: list[dict[str, Any]]
    wal: dict[str, Any] | None = None
    problems: list[str] = field(default_factory=list)
    since: str = ""  # the oldest moment that can be gone back to
    aside: list[Path] = field(default_factory=list)  # data folders of before a restore

    @property
    def code(self) -> str:
        """The commit of the code that made the newest of them, which a site elsewhere begins with."""
        return next((entry["code"] for entry in reversed(self.entries) if entry.get("code")), "")

    @property
    def is_fine(self) -> bool:
        return not self.problems


def look(settings: Settings, *, bucket: bool = False) -> Status:
    """What there is; `bucket` says that media are not ours to copy."""
    entries = [backup.as_status() for backup in backups(settings)]
    if settings.driver == "pgbackrest":
        entries += PgBackRest(settings, settings.database_url).entries()
    status = Status(sorted(entries, key=lambda one: one["finished_at"]), wal_of(settings))
    usable = [one for one in backups(settings, *PHYSICAL) if _is_usable(settings, one)]
    status.since = usable[0].finished_at if usable else ""
    for kind in OLDEST:
        if not (kind == "media" and bucket):
            status.problems += _problems_of(kind, status.entries)
    for failure in failures(settings).values():
        status.problems.append(f"the last {failure['kind']} backup failed: {failure['why']}")
        status.entries.append(failure)
    if settings.driver == "native":
        status.problems += _problems_of_wal(settings, status.wal)
    return status


def _is_usable(settings: Settings, backup: Backup) -> bool:
    parts = chain(settings, backup)
    return backup.ok and bool(parts) and all(part.ok for part in parts)


def failures(settings: Settings) -> dict[str, dict[str, Any]]:
    """The last attempt of each kind, where it failed."""
    try:
        return json.loads((settings.state / FAILED).read_text())
    except (OSError, ValueError):
        return {}


def note(settings: Settings, kind: str, why: str = "") -> None:
    """Keeps why a backup was not made; without a reason, that it was."""
    settings.state.mkdir(parents=True, exist_ok=True)
    known = failures(settings)
    known.pop(kind, None)
    if why:
        entry = {"kind": kind, "finished_at": now(), "verified_at": "", "ok": False, "why": why}
        known[kind] = entry | {"bytes": 0, "seconds": 0.0, "sealed": False, "path": ""}
    write_json(settings.state / FAILED, known)


def keep(settings: Settings, status: Status) -> None:
    """Writes the file that others read."""
    settings.state.mkdir(parents=True, exist_ok=True)
    write_json(settings.status_file, status.entries)
    settings.status_file.chmod(0o644)


def show(status: Status, *, bucket: bool = False) -> None:
    """For people: a line for each, then what is wrong."""
    say(f"{'kind':<6} {'finished (UTC)':<20} {'MB':>9} {'s':>7}  {'verified':<17} path")
    shown = [*status.entries, *([status.wal] if status.wal else [])]
    for entry in sorted(shown, key=lambda one: ORDER.index(one["kind"])):
        checked = entry["verified_at"][:16].replace("T", " ") or "no"
        say(
            f"{entry['kind']:<6} {entry['finished_at'][:19].replace('T', ' '):<20} "
            f"{entry['bytes'] / 1e6:>9,.1f} {entry['seconds']:>7,.1f}  "
            f"{checked if entry['ok'] else 'FAILED':<17} {entry['path']}"
        )
    if bucket:
        say("media lie in a bucket: its versioning keeps them, docs/operations/backups.md says how.")
    say()
    if status.since and status.wal:
        since, until = (text[:19].replace("T", " ") for text in (status.since, status.wal["finished_at"]))
        say(f"Any moment (UTC) from {since} to {until}: make restore ARGS=\"--to '{since}+00'\"")
    for folder in status.aside:
        say(f"{folder} is the database of before a restore: delete it once nobody wants it back.")
    if status.code:
        say(f"The newest was made by the code of commit {status.code}.")
    for problem in status.problems:
        say(f"! {problem}")
    if status.is_fine:
        say("All is well.")


def wal_of(settings: Settings) -> dict[str, Any] | None:
    """The archived log as one entry: its newest segment and how much there is."""
    files = [path.stat() for _, path in archiving.archived(settings.wal)]
    if not files:
        return None
    newest = datetime.fromtimestamp(max(state.st_mtime for state in files), UTC)
    return {
        "kind": "wal",
        "finished_at": newest.isoformat(timespec="milliseconds"),
        "verified_at": "",
        "ok": True,
        "why": "",
        "bytes": sum(state.st_size for state in files),
        "seconds": 0.0,
        "sealed": settings.key is not None,
        "path": str(settings.wal),
    }


def _problems_of(kind: str, entries: list[dict[str, Any]]) -> list[str]:
    ours = [one for one in entries if one["kind"] == kind]
    told = [
        f"{kind} {one['path'].rpartition('/')[2]} is broken: {one['why']}" for one in ours if not one["ok"]
    ]
    kinds = ("full", "diff") if kind == "diff" else (kind,)  # a full one is as good
    good = [one for one in entries if one["kind"] in kinds and one["ok"]]
    if not good:
        return [*told, f"there is no {kind} backup"]
    age = datetime.now(UTC) - datetime.fromisoformat(good[-1]["finished_at"])
    if age > OLDEST[kind]:
        told.append(f"the newest {kind} backup is {_long(age)} old")
    proven = [one["verified_at"] for one in good if one["verified_at"]]
    if not proven:
        told.append(f"no {kind} backup was verified")
    elif datetime.now(UTC) - datetime.fromisoformat(max(proven)) > UNVERIFIED:
        told.append(f"no {kind} backup was verified for {_long(UNVERIFIED)}")
    return told


def _problems_of_wal(settings: Settings, wal: dict[str, Any] | None) -> list[str]:
    """A gap cannot be seen here: the archive may be of several time lines; `verify` replays it."""
    if wal is None:
        return ["the log is not archived"]
    broken = [path.name for path in settings.wal.glob(".*.new") if _age(path) > GRACE]
    return [f"{name} was begun and never archived" for name in broken]


def failing(source: Any) -> list[str]:
    """What the running server says of its archiver and of the receiver."""
    query = """
        SELECT last_failed_wal, (last_failed_time > coalesce(last_archived_time, '-infinity')) IS TRUE
        FROM pg_stat_archiver
    """
    with source.connect() as connection:
        wal, fails = connection.execute(query).fetchone()
        waits = connection.execute(
            "SELECT current_setting('synchronous_standby_names') <> '' AND NOT EXISTS"
            " (SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))"
        ).fetchone()[0]
    told = [f"the server cannot archive {wal}: its log says why"] if fails else []
    return told + (["commits wait: nobody receives the log"] if waits else [])


def _age(path: Path) -> timedelta:
    return timedelta(seconds=datetime.now(UTC).timestamp() - path.stat().st_mtime)


def _long(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
