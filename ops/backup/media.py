"""Copies of uploaded files: each content once, and a list for each backup of what lay where.

Contents lie in `media-objects` under their SHA-256 (of the plain content; sealed where there is a key). Files
that a list of before knows with the same size and time are not read again.
"""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.backup import keys, sealing
from ops.backup.catalog import Backup, Draft, backups, newest
from ops.backup.keys import Key
from ops.backup.progress import Progress
from ops.backup.settings import Settings
from ops.backup.source import check_room
from ops.console import Refusal

LIST = "files.json.gz"
ROOTS = (("media", "MEDIA_ROOT"), ("uploads", "UPLOADS_ROOT"))


@dataclass(frozen=True)
class Entry:
    """One file of a list."""

    path: str  # below the folder of its kind: media/…, uploads/…
    size: int
    mtime_ns: int
    mode: int
    sha256: str


def roots_of(env: dict[str, str]) -> dict[str, Path]:
    """Where the site has its files; refuses a bucket, which has its own ways."""
    if env.get("MEDIA_BUCKET"):
        raise Refusal(
            "Media lie in a bucket (MEDIA_BUCKET): switch versioning on there; docs/operations/backups.md."
        )
    data = Path(env["DATA_DIR"])
    return {name: Path(env.get(variable) or data / name) for name, variable in ROOTS}


def take(settings: Settings, roots: dict[str, Path]) -> Backup:
    """Copies what is new."""
    key = keys.read(settings.key)
    last = newest(settings, "media")
    known = {entry.path: entry for entry in listed(last)} if last else {}
    new = sum(state.st_size for path, _, state in _files(roots) if not _is_known(known.get(path), state))
    check_room(settings.folder, new, "the copy of media")
    with Draft(settings, "media") as draft, Progress("media", "files", 1) as progress:
        entries, added = [], 0
        for path, file, state in _files(roots):
            entry = known.get(path)
            if entry is None or not _is_known(entry, state):
                try:
                    sha256, written = _store(settings, file, key)
                except FileNotFoundError:
                    continue  # deleted meanwhile
                entry = Entry(path, state.st_size, state.st_mtime_ns, state.st_mode & 0o777, sha256)
                added += written
            entries.append(entry)
            progress.add(1)
        packed = gzip.compress(json.dumps([vars(entry) for entry in entries]).encode(), 6)
        (draft.path / LIST).write_bytes(packed)
        draft.add(LIST, sealing.digest_of(draft.path / LIST), len(packed) + added)
        draft.backup.facts = {"files": len(entries), "size": sum(entry.size for entry in entries)}
    return draft.backup


def listed(backup: Backup) -> list[Entry]:
    """The files of a backup."""
    packed = (backup.path / LIST).read_bytes()
    return [Entry(**facts) for facts in json.loads(gzip.decompress(packed))]


def bring_back(settings: Settings, backup: Backup, roots: dict[str, Path], *, anew: bool = False) -> int:
    """Puts back the files that are missing (`anew`: also those that differ); gives how many."""
    key, count = keys.read(settings.key), 0
    with Progress("media", "files", 1) as progress:
        for entry in listed(backup):
            kind, _, rest = entry.path.partition("/")
            target = roots[kind] / rest
            if target.exists() and not (anew and _digest(target) != entry.sha256):
                continue
            _fetch(settings, entry, key, target, roots[kind])
            count += 1
            progress.add(1)
    return count


def check(settings: Settings, backup: Backup) -> str:
    """What is wrong with the contents of a backup; reads them all."""
    key = keys.read(settings.key)
    with Progress("media", "files", 1) as progress:
        for sha256 in sorted({entry.sha256 for entry in listed(backup)}):
            progress.add(1)
            found = _object(settings, sha256)
            if found is None:
                return f"the content {sha256} is not there"
            if found.suffix == sealing.SEALED and not (key and key.opens):
                continue
            try:
                with sealing.opened(found, key, compressed=False) as stream:
                    if _digest_of_stream(stream) != sha256:
                        return f"the content {sha256} is broken"
            except sealing.WrongKey:
                raise
            except Refusal as refusal:
                return f"the content {sha256}: {refusal}"
    return ""


def sweep(settings: Settings) -> int:
    """Deletes contents that no list names any more; gives the bytes freed."""
    wanted = {entry.sha256 for backup in backups(settings, "media") for entry in listed(backup)}
    freed = 0
    for path in _objects(settings).glob("??/*"):
        if path.name.partition(".")[0] not in wanted:
            freed += path.stat().st_size
            path.unlink()
    return freed


def _files(roots: dict[str, Path]) -> Iterator[tuple[str, Path, os.stat_result]]:
    for kind, root in roots.items():
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                file = Path(folder) / name
                try:
                    state = file.stat()
                except FileNotFoundError:
                    continue
                yield f"{kind}/{file.relative_to(root)}", file, state


def _is_known(entry: Entry | None, state: os.stat_result) -> bool:
    return entry is not None and (entry.size, entry.mtime_ns) == (state.st_size, state.st_mtime_ns)


def _store(settings: Settings, file: Path, key: Key | None) -> tuple[str, int]:
    sha256 = _digest(file)
    if _object(settings, sha256):
        return sha256, 0
    target = _objects(settings) / sha256[:2] / sealing.name_of(sha256, key)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    writer = sealing.Writer(target.with_name(f".{target.name}.new"), key, compress=False)
    try:
        with file.open("rb") as source:
            shutil.copyfileobj(source, writer, sealing.CHUNK)
        writer.close()
    except BaseException:
        writer.abort()
        raise
    writer.path.rename(target)
    return sha256, writer.bytes


def _fetch(settings: Settings, entry: Entry, key: Key | None, target: Path, root: Path) -> None:
    found = _object(settings, entry.sha256)
    if found is None:
        raise Refusal(f"The content of {entry.path} is not in the backups.")
    _make_folders(target.parent, root)
    draft = target.with_name(f".{target.name}.new")
    with sealing.opened(found, key, compressed=False) as source, draft.open("wb") as file:
        shutil.copyfileobj(source, file, sealing.CHUNK)
    draft.chmod(entry.mode)
    _give(draft, root)
    os.utime(draft, ns=(entry.mtime_ns, entry.mtime_ns))
    draft.replace(target)


def _make_folders(folder: Path, root: Path) -> None:
    """The folders down to this one; as root, they belong to whoever has the topmost."""
    if not folder.exists():
        if folder != root:
            _make_folders(folder.parent, root)
        folder.mkdir(parents=folder == root)
        _give(folder, root)


def _give(path: Path, root: Path) -> None:
    if os.geteuid() == 0:
        owner = root.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _object(settings: Settings, sha256: str) -> Path | None:
    folder = _objects(settings) / sha256[:2]
    return next((path for end in ("", sealing.SEALED) if (path := folder / f"{sha256}{end}").exists()), None)


def _objects(settings: Settings) -> Path:
    return settings.folder / "media-objects"


def _digest(path: Path) -> str:
    return sealing.digest_of(path)


def _digest_of_stream(stream) -> str:
    found = hashlib.sha256()
    while chunk := stream.read(sealing.CHUNK):
        found.update(chunk)
    return found.hexdigest()
