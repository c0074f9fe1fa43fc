"""The backups there are: a folder each, with a record that is written last."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ops.backup.settings import Settings
from ops.console import say
from ops.paths import ROOT

RECORD = "record.json"
PHYSICAL = ("full", "diff")
KINDS = (*PHYSICAL, "dump", "media", "redis")


@dataclass
class Backup:
    """One backup. Without a record a folder is none: it was cut off, and goes with the next one."""

    path: Path
    kind: str
    started_at: str
    finished_at: str = ""
    verified_at: str = ""
    ok: bool = True  # False once it was found to be broken
    why: str = ""  # what was found, when it is not ok
    bytes: int = 0
    seconds: float = 0.0
    sealed: bool = False
    files: dict[str, str] = field(default_factory=dict)  # SHA-256 by name
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.path.name}"

    @property
    def finished(self) -> datetime:
        return datetime.fromisoformat(self.finished_at)

    def save(self) -> None:
        """Writes the record, whole or not at all."""
        write_json(self.path / RECORD, {k: v for k, v in asdict(self).items() if k != "path"})

    def as_status(self) -> dict[str, Any]:
        kept = ("kind", "finished_at", "verified_at", "ok", "why", "bytes", "seconds", "sealed")
        return {name: getattr(self, name) for name in kept} | {
            "path": str(self.path),
            "code": self.facts.get("code", ""),
        }

    @classmethod
    def load(cls, path: Path) -> Self | None:
        try:
            return cls(path=path, **json.loads((path / RECORD).read_text()))
        except (OSError, ValueError, TypeError):
            return None


class Draft:
    """A backup in the making, to be entered; it gets its name and record when it is left without an error."""

    def __init__(self, settings: Settings, kind: str) -> None:
        self._begun = time.monotonic()
        stamp = now().replace("-", "").replace(":", "").replace("+0000", "Z")
        folder = settings.folder / kind
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(".*.new"):
            shutil.rmtree(left, ignore_errors=True)
        self._final = folder / stamp
        while self._final.exists():
            self._final = self._final.with_name(f"{self._final.name}-")
        self.path = folder / f".{self._final.name}.new"
        self.backup = Backup(self.path, kind, now(), sealed=settings.key is not None)

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700)
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            return
        made = self.backup
        made.finished_at, made.seconds = now(), round(time.monotonic() - self._begun, 1)
        made.facts["code"] = commit()
        made.save()
        self.path.rename(self._final)
        made.path = self._final
        sync_folder(self._final.parent)

    def add(self, name: str, sha256: str, size: int) -> None:
        """Notes a file that lies in it."""
        self.backup.files[name] = sha256
        self.backup.bytes += size


def backups(settings: Settings, *kinds: str) -> list[Backup]:
    """Those of these kinds (all without a kind), oldest first."""
    found = [backup for kind in kinds or KINDS for backup in _of_kind(settings.folder / kind)]
    return sorted(found, key=lambda backup: backup.finished_at)


def newest(settings: Settings, *kinds: str) -> Backup | None:
    """The newest of these kinds that is not broken."""
    return next((backup for backup in reversed(backups(settings, *kinds)) if backup.ok), None)


def tell_passed_over(chosen: Backup, known: list[Backup]) -> None:
    """Says which newer ones were not taken since they were found broken, or that the chosen one was."""
    for one in known:
        if not one.ok and one.finished >= chosen.finished:
            what = "was found broken, and is taken by its name" if one is chosen else "is newer, and broken"
            say(f'! {one.name} {what}: {one.why} (make backup ARGS="verify {one.name}" looks again)')


def chain(settings: Settings, backup: Backup) -> list[Backup]:
    """What has to be put together for it: the full, and it."""
    base = backup.facts.get("base")
    if not base:
        return [backup]
    full = Backup.load(settings.folder / "full" / base)
    return [full, backup] if full else []


def _of_kind(folder: Path) -> Iterator[Backup]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if not path.name.startswith(".") and (found := Backup.load(path)):
            yield found


def commit() -> str:
    """The commit of the code that runs here; nothing where that is no clone."""
    # the clone may be root's, and we the site's user
    argv = ["git", "-c", f"safe.directory={ROOT}", "rev-parse", "--short=12", "HEAD"]
    try:
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def now() -> str:
    """This moment, UTC, as records and names have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def write_json(path: Path, value: object) -> None:
    """Writes a file whole or not at all."""
    draft = path.with_suffix(".new")
    with draft.open("w") as file:
        file.write(json.dumps(value, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Has the names in a folder on disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
