"""What belongs to a person, app by app: written into their export, and erased with their account.

Each app says it in its `exports.py`, which is loaded at start; this module knows no app. An export is a zip
of JSON files and media, written row by row, so that its memory does not grow with its length. An eraser
removes a batch and says how much it removed: it is called again until nothing is left, so that a process
that dies in between loses nothing, and the next one goes on.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

Row = dict[str, Any]
Rows = Callable[[int], Iterator[Row]]
Files = Callable[[int], Iterator[tuple[str, File]]]
Eraser = Callable[[int], int]

BATCH = 500
_rows: dict[str, Rows] = {}
_files: dict[str, Files] = {}
_erasers: dict[str, Eraser] = {}


def exported(name: str) -> Callable[[Rows], Rows]:
    """Registers what a user's `<name>.json` holds: a function from the user's id to its rows."""
    return lambda function: _rows.setdefault(name, function)


def exported_files(name: str) -> Callable[[Files], Files]:
    """Registers files of a user: a function to (path in the zip, open file)."""
    return lambda function: _files.setdefault(name, function)


def erased(name: str) -> Callable[[Eraser], Eraser]:
    """Registers what removes a batch of a user's rows and returns how many it removed."""
    return lambda function: _erasers.setdefault(name, function)


def erasers() -> list[tuple[str, Eraser]]:
    """All of them; the highest app's first, so that nothing is left pointing at what is gone."""
    return list(reversed(_erasers.items()))


def in_batches(queryset: QuerySet, size: int = BATCH) -> Iterator[Any]:
    """Every row in the order of its id, read in pieces that each stand for themselves."""
    last = 0
    while batch := list(queryset.filter(pk__gt=last).order_by("pk")[:size]):
        yield from batch
        last = batch[-1].pk


def plain(row: Model, *names: str) -> Row:
    """These fields of a row as JSON knows them; ids are strings, since some readers round large numbers."""
    return {name: _plain(name, getattr(row, name)) for name in names}


def write_archive(target: IO[bytes], user_id: int, tell: Callable[[int], object]) -> None:
    """Writes the zip of all that belongs to the user; tells now and then how many percent are done."""
    sections = len(_rows) + len(_files)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for done, (name, rows) in enumerate(_rows.items()):
            _write_rows(archive, f"{name}.json", rows(user_id), partial(tell, 100 * done // sections))
        for done, files in enumerate(_files.values(), start=len(_rows)):
            tell(100 * done // sections)
            for path, file in files(user_id):
                _write_file(archive, path, file)
                tell(100 * done // sections)


def _write_rows(archive: ZipFile, path: str, rows: Iterator[Row], tell: Callable[[], object]) -> None:
    tell()
    with archive.open(path, "w", force_zip64=True) as out:
        out.write(b"[")
        for number, row in enumerate(rows):
            line = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
            out.write((",\n" if number else "\n").encode() + line.encode())
            if number % 1000 == 999:
                tell()
        out.write(b"\n]\n")


def _write_file(archive: ZipFile, path: str, file: File) -> None:
    """As it is: pictures and films are packed already."""
    info = ZipInfo(path)
    info.compress_type = ZIP_STORED
    with file, archive.open(info, "w", force_zip64=True) as out:
        shutil.copyfileobj(file, out)


def _plain(name: str, value: Any) -> Any:
    is_id = (name in ("id", "pk") or name.endswith("_id")) and isinstance(value, int)
    return str(value) if is_id else value
