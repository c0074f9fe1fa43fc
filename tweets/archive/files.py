"""A month's folder: a compressed file a table in COPY's text format, and a manifest of what is in it."""

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
PIECE = 1 << 20


class ArchiveBroken(Exception):
    """A folder that is no whole archive of a month."""


@dataclass(frozen=True, slots=True)
class File:
    """One table's file."""

    table: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was put aside: the month, where its table lay, the files in the order in which they go back."""

    first: str
    after: str
    schema: str
    name: str
    files: list[File]


def begin(folder: Path) -> Path:
    """An empty folder to write to; what an interrupted run left is removed."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    partial.chmod(0o700)  # private messages are not in it, but private accounts' tweets are
    return partial


def write(folder: Path, table: str, columns: tuple[str, ...], rows: int, pieces: Iterator[bytes]) -> File:
    """Writes a table's rows, safely on the disk when it returns."""
    path = path_of(folder, table)
    with path.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
            for piece in pieces:
                file.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    return File(table, list(columns), rows, _digest(path))


def finish(partial: Path, folder: Path, manifest: Manifest) -> None:
    """Gives the folder its name: from now on it is whole."""
    path = partial / MANIFEST
    with path.open("w") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    shutil.rmtree(folder, ignore_errors=True)  # of a run that died before it dropped anything
    partial.rename(folder)
    for place in (folder, folder.parent):
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def is_whole(folder: Path) -> bool:
    """Whether a month was written to the folder to its end."""
    return (folder / MANIFEST).exists()


def months_in(folder: Path) -> list[str]:
    """The names of the folders in a folder to which months were written whole."""
    return sorted(child.name for child in folder.iterdir() if is_whole(child)) if folder.is_dir() else []


def read_manifest(folder: Path, *tables: str) -> Manifest:
    """The manifest, after its files (all, or some) were found as they were written; else ArchiveBroken."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        manifest = Manifest(**{**found, "files": [File(**file) for file in found["files"]]})
        date.fromisoformat(manifest.first)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ArchiveBroken(f"{folder} holds no archived month: {error}") from error
    for file in manifest.files:
        path = path_of(folder, file.table)
        if tables and file.table not in tables:
            continue
        if not path.exists() or _digest(path) != file.sha256:
            raise ArchiveBroken(f"{path} is not the file that was written.")
    return manifest


def pieces(folder: Path, table: str) -> Iterator[bytes]:
    """A table's file, unpacked, piece by piece."""
    with gzip.open(path_of(folder, table)) as file:
        while piece := file.read(PIECE):
            yield piece


def path_of(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy.gz"


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
