"""Whether backups are made, and were ever seen to be good. What makes them tells by one file."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from twitterclone.doctor.folders import FILES
from twitterclone.doctor.registry import checks, doubtful, grave
from twitterclone.lib.findings import Finding, error, fine, warning

FRESH, VERIFIED = timedelta(hours=26), timedelta(days=8)
# each kind has a timer of its own, which may stop while another's runs
OLDEST = {"full": timedelta(days=7, hours=2), "diff": FRESH, "dump": FRESH, "media": FRESH}
HOW = "make backup each day, to another machine: docs/operations/backups.md"
BESIDE = ("media", "redis", "wal")  # kinds that hold no database


@dataclass(frozen=True, slots=True)
class Backup:
    """One that was made, or tried."""

    kind: str
    finished_at: datetime
    verified_at: datetime | None
    ok: bool


def status_file() -> Path:
    """Written by whatever makes backups: a list of objects with kind, finished_at, verified_at, ok."""
    return Path(settings.DATA_DIR) / "backups" / "status.json"


def backups() -> list[Backup]:
    """Newest first; empty when none are made. ValueError when the file is not what it should be."""
    try:
        told = json.loads(status_file().read_text())
    except FileNotFoundError:
        return []
    found = [
        Backup(
            str(each["kind"]),
            _moment(each["finished_at"]),
            _moment(each.get("verified_at")),
            bool(each["ok"]),
        )
        for each in told
        if each.get("finished_at")
    ]
    return sorted(found, key=lambda backup: backup.finished_at, reverse=True)


@checks.check("backups.fresh", "what is not in a backup is lost with the disk")
def fresh() -> Iterator[Finding]:
    """The newest of each kind must be good, one of the database of today, one of the pictures."""
    try:
        found = backups()
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as failure:
        yield error(f"{status_file()} cannot be read ({type(failure).__name__})", "make backup ARGS=status")
        return
    if not found and os.environ.get("BACKUP_DIR"):
        yield error("BACKUP_DIR is set, and no backup was ever made", 'make backup ARGS="full --verify"')
        return
    if not found:
        yield grave("no backups are made", HOW)
        return
    newest = {backup.kind: backup for backup in reversed(found)}
    for kind, backup in sorted(newest.items()):
        if not backup.ok:
            yield error(
                f"the newest {kind} backup, {_age(backup)} ago, is not good",
                "make backup ARGS=status says why",
            )
    good = [backup for backup in found if backup.ok and backup.kind not in BESIDE]
    if not good or timezone.now() - good[0].finished_at > FRESH:
        when = f"is {_age(good[0])} old" if good else "was never made"
        yield error(f"the newest good backup of the database {when}", f"see that its timer runs; {HOW}")
    else:
        yield fine(f"{good[0].kind}, {_age(good[0])} ago")
    for kind in sorted(newest.keys() & OLDEST.keys()):
        kinds = {kind, "full"} if kind == "diff" else {kind}  # a full one is as good
        made = [backup for backup in found if backup.ok and backup.kind in kinds]
        if made and timezone.now() - made[0].finished_at > OLDEST[kind]:
            yield doubtful(f"the newest good {kind} backup is {_age(made[0])} old", "see that its timer runs")
    if "media" not in newest and settings.STORAGES["default"]["BACKEND"] == FILES:
        yield doubtful("pictures are in no backup", "make backup ARGS=media")


@checks.check("backups.restorable", "a backup that was never restored is a hope", needs="backups.fresh")
def restorable() -> Iterator[Finding]:
    found = [backup for backup in backups() if backup.ok and backup.kind not in BESIDE]
    if not found:
        return
    verified = [backup.verified_at for backup in found if backup.verified_at]
    if not verified:
        yield warning("no backup of the database was ever restored to try it", "make backup ARGS=verify")
    elif timezone.now() - max(verified) > VERIFIED:
        yield doubtful(
            f"no backup of the database was restored since {max(verified):%Y-%m-%d}",
            "make backup ARGS=verify",
        )
    else:
        yield fine(f"restored to try it on {max(verified):%Y-%m-%d}")


def _moment(text: Any) -> Any:
    """A moment as ISO 8601 or as seconds; without a zone it is UTC."""
    if text is None or text == "":
        return None
    if isinstance(text, int | float):
        return datetime.fromtimestamp(text, UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _age(backup: Backup) -> str:
    hours = (timezone.now() - backup.finished_at) / timedelta(hours=1)
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
