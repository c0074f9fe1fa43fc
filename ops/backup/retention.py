"""What is thrown away: never the last good backup of a kind, nor what another one hangs on."""

import shutil
from datetime import UTC, datetime, timedelta

from ops.backup import archiving, media
from ops.backup.catalog import Backup, backups
from ops.backup.settings import Settings
from ops.console import say

DAILY = ("dump", "media", "redis")


def prune(settings: Settings) -> int:
    """Deletes what is not to be kept any more, and the log that no backup needs; gives the bytes freed."""
    freed = 0
    for backup in superfluous(settings):
        say(f"Deleting {backup.name} of {backup.finished_at[:16]}.")
        (backup.path / "record.json").unlink()  # from here on it is none, however this ends
        shutil.rmtree(backup.path)
        freed += backup.bytes
    freed += media.sweep(settings)
    fulls = backups(settings, "full")
    if fulls and settings.wal.is_dir():
        oldest = min((backup.facts["first_wal"] for backup in fulls), key=lambda name: name[8:])
        freed += archiving.prune(settings, oldest)
    return freed


def superfluous(settings: Settings) -> list[Backup]:
    """What goes: fulls beyond the number to keep, with their differentials; of the others what is too old."""
    kept = _kept_fulls(settings)
    found = [full for full in backups(settings, "full") if full.path.name not in kept]
    found += [diff for diff in backups(settings, "diff") if diff.facts["base"] not in kept]
    limit = datetime.now(UTC) - timedelta(days=settings.keep_days)
    for kind in DAILY:
        all_of_kind = backups(settings, kind)
        last = _last_good(all_of_kind)
        found += [one for one in all_of_kind if one.finished < limit and one not in last]
    return found


def _kept_fulls(settings: Settings) -> set[str]:
    """The newest good ones, and the newest that was verified; all while none is good."""
    fulls = backups(settings, "full")
    good = [full for full in fulls if full.ok]
    proven = [full for full in good if full.verified_at]
    if not good:
        return {full.path.name for full in fulls}
    return {full.path.name for full in [*good[-settings.keep_fulls :], *proven[-1:]]}


def _last_good(found: list[Backup]) -> list[Backup]:
    """The newest that is not broken, and the newest that was verified."""
    good = [one for one in found if one.ok]
    proven = [one for one in good if one.verified_at]
    return [*good[-1:], *proven[-1:]]
