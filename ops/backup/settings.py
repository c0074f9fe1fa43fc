"""What the environment says of backups."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ops.console import Refusal
from ops.paths import ROOT, Layout

DRIVERS = ("native", "pgbackrest")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    """Where backups go, how long they are kept, and who may read them."""

    folder: Path
    state: Path  # DATA_DIR/backups: the lock, status.json
    driver: str = "native"
    key: Path | None = None
    sync: bool = False
    archive_timeout: int = 60
    keep_fulls: int = 2
    keep_days: int = 14
    database_url: str = ""
    programs: Path | None = None
    pgdata: Path | None = None

    @property
    def wal(self) -> Path:
        return self.folder / "wal"

    @property
    def received(self) -> Path:
        return self.folder / "wal-received"

    @property
    def status_file(self) -> Path:
        return self.state / "status.json"


def wanted() -> bool:
    """Whether this installation keeps backups."""
    return bool(os.environ.get("BACKUP_DIR"))


def read(layout: Layout) -> Settings:
    """The settings; refuses what cannot be meant."""
    if not wanted():
        raise Refusal("Backups are off: set BACKUP_DIR to a folder on another disk than the database's.")
    driver = os.environ.get("BACKUP_DRIVER") or "native"
    if driver not in DRIVERS:
        raise Refusal(f"BACKUP_DRIVER is {driver!r}; there are {' and '.join(DRIVERS)}.")
    given = Path(os.environ["BACKUP_DIR"]).expanduser()
    if not given.is_absolute():
        raise Refusal(f"BACKUP_DIR={given}: name the whole path, from / on.")
    if given.exists() and not given.is_dir():
        raise Refusal(f"BACKUP_DIR={given} is a file: name a folder.")
    return Settings(
        folder=_path("BACKUP_DIR"),
        state=layout.data / "backups",
        driver=driver,
        key=_path("BACKUP_KEY"),
        sync=_is_on("BACKUP_SYNC"),
        archive_timeout=_number("BACKUP_ARCHIVE_SECONDS", 60),
        keep_fulls=_number("BACKUP_KEEP_FULLS", 2),
        keep_days=_number("BACKUP_KEEP_DAYS", 14),
        database_url=os.environ.get("BACKUP_DATABASE_URL") or "",
        programs=_path("BACKUP_PG_BIN"),
        pgdata=_path("BACKUP_PG_DATA"),
    )


def _path(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(os.path.normpath(ROOT / Path(value).expanduser())) if value else None


def _is_on(name: str) -> bool:
    value = (os.environ.get(name) or "off").lower()
    if value not in ("on", "off", "true", "false", "1", "0"):
        raise Refusal(f"{name} is on or off, not {value!r}.")
    return value in ("on", "true", "1")


def _number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise Refusal(f"{name} is a number above 0, not {value!r}.")
    return int(value)
