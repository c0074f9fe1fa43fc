"""Folders: room, and who may look into them."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from twitterclone.doctor.registry import checks, doubtful
from twitterclone.lib.findings import Finding, error, fine, warning

GB = 10**9
ALARMING, LOW = GB, 5 * GB
SHARE, ENOUGH = 0.10, 50 * GB  # a tenth of a disk is little, unless it is this much
LEAST_INODES = 0.05
OWNERS_ALONE = 0o077
FILES = "django.core.files.storage.FileSystemStorage"


def places() -> dict[str, Path]:
    """The folders that grow, by name; those that exist."""
    data = Path(settings.DATA_DIR)
    found = {"data": data, "backups": data / "backups"}
    for name, key in (("media", "default"), ("uploads", "uploads"), ("exports", "exports")):
        store = settings.STORAGES[key]
        if store["BACKEND"] == FILES:
            found[name] = Path(store["OPTIONS"]["location"])
    return {name: path for name, path in found.items() if path.exists()}


@checks.check("folders.room", "a full disk stops the database, and may harm it")
def room() -> Iterator[Finding]:
    for names, path in _disks():
        state = os.statvfs(path)
        free, share = state.f_bavail * state.f_frsize, state.f_bavail / max(state.f_blocks, 1)
        told = f"{free / GB:.1f} GB ({share:.0%}) free for {names}"
        if free < ALARMING:
            yield error(told, "free space, or move the folder to a larger disk, now")
        elif free < LOW or (share < SHARE and free < ENOUGH):
            yield warning(told, "free space, or give it a larger disk")
        else:
            yield fine(told)


@checks.check("folders.inodes", "a disk without inodes is full, whatever space it has")
def inodes() -> Iterator[Finding]:
    for names, path in _disks():
        state = os.statvfs(path)
        if state.f_files and state.f_favail / state.f_files < LEAST_INODES:
            yield error(
                f"{state.f_favail:,} of {state.f_files:,} inodes free for {names}",
                "remove small files, or make the file system anew with more inodes",
            )


@checks.check("folders.secrets", "whoever reads the secrets is the site")
def secrets() -> Iterator[Finding]:
    data = Path(settings.DATA_DIR)
    private = [data / name for name in ("secrets", "run", "log", "demo-logins.txt")]
    private += [*(data / "secrets").glob("*"), Path(settings.BASE_DIR) / ".env"]
    for path in private:
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & OWNERS_ALONE:
            yield error(f"{path} may be read by others ({mode:04o})", f"chmod go-rwx {path}")


@checks.check("folders.writable", "uploads fail where the site may not write, and others must not")
def writable() -> Iterator[Finding]:
    for name, path in places().items():
        if not os.access(path, os.W_OK | os.X_OK):
            yield error(
                f"{name} ({path}) may not be written by this user", f"chown it to the site's user: {path}"
            )
        if path.stat().st_mode & stat.S_IWOTH:
            yield error(f"{name} ({path}) may be written by everybody", f"chmod o-w {path}")


@checks.check("folders.demo", "the demo's accounts have passwords that lie in a file")
def demo() -> Iterator[Finding]:
    try:
        loaded = json.loads((Path(settings.DATA_DIR) / "demo.json").read_text()) == "loaded"
    except (OSError, ValueError):
        loaded = False
    if loaded:
        yield doubtful(
            "the demo is loaded, and its accounts can be entered with the passwords of demo-logins.txt",
            "start anew with an empty DATA_DIR before others come, or suspend these accounts in the admin",
        )


def _disks() -> Iterator[tuple[str, Path]]:
    """Each disk once, with what lies on it."""
    on: dict[int, list[tuple[str, Path]]] = {}
    for name, path in places().items():
        on.setdefault(path.stat().st_dev, []).append((name, path))
    for found in on.values():
        yield ", ".join(name for name, _ in found), found[0][1]
