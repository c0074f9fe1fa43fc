"""Files with a row a line (CSV, JSON lines, one value each); whatever is in them costs one line at most.

A line that cannot be read is a `Problem` with its number, and reading goes on with the next line: no line is
passed over in silence. A file that is none of ours from its first line on is refused as a whole.
"""

import csv
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

LONGEST = 64 * 1024  # bytes of a line; a tweet of 4,000 characters in any script is far below
ROW_LINES = 200  # of one row, LONGEST bytes in all: how far the end of a quoted value is looked for

NOT_CLOSED = "A quotation mark is not closed."


class SheetRefused(Exception):
    """The file as a whole is not what it must be."""


class Problem(NamedTuple):
    """What is wrong in a line, and in which column of it, "" when in all of it."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.column else ''}{self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line's values by column; those that the file does not have are ""."""

    line: int
    values: dict[str, str]


class _Unreadable(Exception):
    """A physical line that is no text."""


class _Lines(Iterator[str]):
    """The lines of a file as text. After one that is unreadable it goes on with the next."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.number = 0

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > LONGEST:
            while raw and not raw.endswith(b"\n"):
                raw = self._file.readline(LONGEST)
            raise _Unreadable(f"The line is longer than {LONGEST:,} bytes.")
        try:
            text = raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _Unreadable("The line is not UTF-8.") from None
        if "\0" in text:
            raise _Unreadable("The line contains a NUL character.")
        return text


def read_sheet(
    path: Path, *, required: tuple[str, ...], optional: tuple[str, ...] = (), first_line: int = 1
) -> Iterator[Row | Problem]:
    """The rows of a .csv (with a line of column names), .jsonl or .txt file, from a line on.

    A line of a .txt is the value of the only column that is required. Memory does not grow with the file.

    Raises SheetRefused for another kind of file, one that cannot be opened, and columns that are missing,
    named twice or unknown.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".txt": _text_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SheetRefused(f"{path.name} is neither a .csv nor a .jsonl nor a .txt file.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise SheetRefused(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        for found in reader(_Lines(file), required, (*required, *optional)):
            if found.line >= first_line:
                yield found


def _csv_rows(lines: _Lines, required: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Row | Problem]:
    try:
        first = next(lines, "")
        sign = _delimiter(first)
        header = [name.strip().lower() for name in next(csv.reader([first], delimiter=sign, strict=True), [])]
    except (_Unreadable, csv.Error) as error:
        raise SheetRefused(f"The line of column names cannot be read: {error}") from error
    if not first.strip():
        raise SheetRefused(
            "The file is empty." if not first else "The first line is empty: it names the columns."
        )
    _check_header(header, required, known)
    for number, found in _Records(lines, sign, len(header)):
        if isinstance(found, str):
            yield Problem(number, "", found)
        elif found:
            yield Row(number, dict.fromkeys(known, "") | dict(zip(header, found, strict=True)))


class _Records(Iterator[tuple[int, list[str] | str]]):
    """The rows of a CSV file: the line at which each begins, and its cells or what is wrong with it.

    A quoted value may go on for several lines. If it has no end, its first line alone is refused, and the
    next row is looked for in the line behind it, so that a quotation mark too many takes no other rows along.
    """

    def __init__(self, lines: _Lines, delimiter: str, columns: int) -> None:
        self._lines, self._delimiter, self._columns = lines, delimiter, columns
        self._again: deque[tuple[int, str | _Unreadable]] = deque()  # lines that were looked at and not used
        self._taken: list[tuple[int, str | _Unreadable]] = []  # lines of this row so far

    def __next__(self) -> tuple[int, list[str] | str]:
        self._taken = []
        found: list[str] | str
        try:
            found = next(csv.reader(self._texts(), delimiter=self._delimiter, strict=True))
            if found and len(found) != self._columns:
                found = f"{len(found)} values for {self._columns} columns."
        except _Unreadable as error:
            found = str(error)
        except csv.Error as error:
            found = str(error) if len(self._taken) == 1 else NOT_CLOSED
        if isinstance(found, str):
            self._again.extendleft(reversed(self._taken[1:]))
        return self._taken[0][0], found

    def _texts(self) -> Iterator[str]:
        """The lines from the next one on, until somebody needs no more."""
        length = 0
        while (line := self._line()) is not None:
            self._taken.append(line)
            text = line[1]
            if isinstance(text, _Unreadable):
                raise text if len(self._taken) == 1 else _Unreadable(NOT_CLOSED)
            length += len(text)
            if length > LONGEST or len(self._taken) > ROW_LINES:
                raise _Unreadable(NOT_CLOSED)
            yield text
        if self._taken:
            raise _Unreadable(NOT_CLOSED)

    def _line(self) -> tuple[int, str | _Unreadable] | None:
        if self._again:
            return self._again.popleft()
        try:
            text: str | _Unreadable = next(self._lines)
        except StopIteration:
            return None
        except _Unreadable as error:
            text = error
        return self._lines.number, text


def _delimiter(header: str) -> str:
    """What stands between the names of columns: a comma, or what spreadsheets write instead."""
    return max(",;\t", key=header.count)


def _check_header(header: list[str], required: tuple[str, ...], known: tuple[str, ...]) -> None:
    if missing := [name for name in required if name not in header]:
        raise SheetRefused(
            f"Missing columns: {', '.join(missing)}. The first line names them, separated by commas."
        )
    if wrong := [name for name in header if name not in known]:
        raise SheetRefused(f"Unknown columns: {', '.join(wrong)}. Known are: {', '.join(known)}.")
    if len(set(header)) < len(header):
        raise SheetRefused("A column is named twice.")


def _json_rows(lines: _Lines, required: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Row | Problem]:
    for found in _plain_lines(lines):
        if isinstance(found, Problem):
            yield found
        else:
            yield _json_row(lines.number, found, required, known)


def _text_rows(lines: _Lines, required: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Row | Problem]:
    if len(required) != 1:
        raise SheetRefused("A .txt file has one column only; use a .csv or .jsonl file.")
    for found in _plain_lines(lines):
        yield found if isinstance(found, Problem) else Row(lines.number, {required[0]: found})


def _plain_lines(lines: _Lines) -> Iterator[str | Problem]:
    """The lines that hold anything, without the space around it."""
    while True:
        try:
            text = next(lines).strip()
        except StopIteration:
            return
        except _Unreadable as error:
            yield Problem(lines.number, "", str(error))
            continue
        if text:
            yield text


def _json_row(number: int, text: str, required: tuple[str, ...], known: tuple[str, ...]) -> Row | Problem:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Problem(number, "", "The line is not a JSON object.")
    values = dict.fromkeys(known, "")
    for name, value in found.items():
        if wrong := _wrong(name, value, known):
            return Problem(number, name, wrong)
        values[name] = "" if value is None else str(value)
    if missing := [name for name in required if name not in found]:
        return Problem(number, missing[0], "The value is missing.")
    return Row(number, values)


def _wrong(name: str, value: object, known: tuple[str, ...]) -> str:
    if name not in known:
        return "This column is not known."
    if not isinstance(value, str | int | None) or isinstance(value, bool):
        return "The value is neither text nor a whole number."
    return "The value contains a NUL character." if "\0" in str(value) else ""
