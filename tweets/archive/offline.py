"""The second tier: a month leaves the database for files.

Whatever hangs on its tweets goes along (likes, bookmarks, polls with their votes, notifications, …), found by
the foreign keys. Replies and quotes of other months stay and lose the link, which is kept as well. Nothing is
deleted before the files on the disk were read back and compared with the rows, in the same transaction.
"""

# ruff: noqa: S608 -- composed of names from the catalogue and of constants

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import OperationalError, connection, transaction

from tweets.archive import files
from tweets.archive.closure import Cursor, Part, collect, parts_of_tweets
from tweets.archive.figures import count_gone
from tweets.archive.files import File, Manifest
from tweets.archive.online import Month
from tweets.counters import roll_up_tweet_counters
from tweets.timelines import cards, reader

TRIES = 10
LINKS = ("in_reply_to_id", "quote_of_id")
LINK_COLUMNS = ("id", "name", "target")
# files of rows that belong to other months, and of which tables these are
ELSEWHERE = {"guests": "tweets", "guest_links": "retweets"}
_LINKS = " UNION ALL ".join(
    f"SELECT id, '{name}' AS name, {name} AS target FROM tweets "
    f"WHERE {name} IN (SELECT id FROM going_tweets) AND id NOT IN (SELECT id FROM going_tweets)"
    for name in LINKS
)
Tell = Callable[[str, int], object]  # a table, and how many of its rows


class Sheet(NamedTuple):
    """What is written into one file."""

    name: str
    columns: tuple[str, ...]
    query: str


class NotTheSame(Exception):
    """What stands in the files is not what stands in the database: nothing was dropped."""


@transaction.atomic
def look_at_month(month: Month) -> dict[str, int]:
    """How many rows of which tables would go; changes nothing."""
    with connection.cursor() as cursor:
        collect(cursor, month, parts := parts_of_tweets())
        return {sheet.name: _count(cursor, sheet.query) for sheet in _sheets(month, parts)}


def take_out(month: Month, folder: Path, tell: Tell = lambda *_: None) -> Manifest:
    """Writes the month into the folder, compares, and drops it. Meanwhile the month can be read, not written.

    The rows go all or nothing: whoever stops it, kills it or pulls the plug leaves them in the database, or
    out of it with the folder whole; then the next run removes what is left, an empty table. Raises NotTheSame
    when the files do not hold what the database holds.
    """
    if not (is_empty(month) and files.is_whole(folder)):
        _empty(month, folder, tell)
    _remove(month)
    reader.ask(cards.forget_all)
    return files.read_manifest(folder)


def is_empty(month: Month) -> bool:
    """Whether no tweet is in the month's table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT FROM {month.table})")
        return bool(cursor.fetchone()[0])


def _empty(month: Month, folder: Path, tell: Tell) -> None:
    while roll_up_tweet_counters():
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        # nobody likes, answers or deletes what is on its way out; the foreign keys take this lock too
        cursor.execute(f"LOCK TABLE {month.table} IN EXCLUSIVE MODE")
        parts = parts_of_tweets()
        collect(cursor, month, parts)
        partial, written = files.begin(folder), []
        for sheet in _sheets(month, parts):
            written.append(_written(cursor, sheet, partial))
            tell(sheet.name, written[-1].rows)
        manifest = Manifest(
            month.first.isoformat(), month.after.isoformat(), month.schema, month.name, written
        )
        count_gone(cursor)
        _delete(cursor, parts)
        files.finish(partial, folder, manifest)


def _remove(month: Month) -> None:
    """Takes the empty table off. It locks every table that points at tweets for a moment, so it gives way.

    In a transaction of its own: whoever likes holds the likes and waits for the month, and this the other
    way round.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(f"ALTER TABLE tweets DETACH PARTITION {month.table}")
                cursor.execute(f"DROP TABLE {month.table}")
                return
        except OperationalError:
            if not left:
                raise
            time.sleep(1)


def _sheets(month: Month, parts: list[Part]) -> list[Sheet]:
    """A file for each table; retweets of other months that go along have files of their own."""
    sheets = []
    for part in parts:
        own = {"tweets": "id", "retweets": "retweet_id"}.get(part.table)
        where = f" AND {own} IN (SELECT id FROM {month.table})" if own else ""
        sheets.append(Sheet(part.table, part.columns, part.selection + where))
    for name, table in ELSEWHERE.items():
        part = next(part for part in parts if part.table == table)
        own = {"tweets": "id", "retweets": "retweet_id"}[table]
        where = f" AND {own} NOT IN (SELECT id FROM {month.table})"
        sheets.append(Sheet(name, part.columns, part.selection + where))
    return [*sheets, Sheet("links", LINK_COLUMNS, _LINKS)]


def _written(cursor: Cursor, sheet: Sheet, folder: Path) -> File:
    """Writes a file, reads it back into the server and looks for a row that is on one side only."""
    file = files.write(
        folder, sheet.name, sheet.columns, _count(cursor, sheet.query), _copied(cursor, sheet.query)
    )
    came = load(cursor, sheet.name, sheet.columns, folder)
    cursor.execute(f"SELECT count(*) FROM ({sheet.query} EXCEPT SELECT * FROM {came}) AS missing")
    if cursor.fetchone()[0] or _count(cursor, f"SELECT * FROM {came}") != file.rows:
        raise NotTheSame(f"{sheet.name}: the file does not hold what the database holds.")
    return file


def _count(cursor: Cursor, query: str) -> int:
    cursor.execute(f"SELECT count(*) FROM ({query}) AS rows")
    return int(cursor.fetchone()[0])


def _copied(cursor: Cursor, query: str) -> Iterator[bytes]:
    with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        for piece in copy:
            yield bytes(piece)


def load(cursor: Cursor, table: str, columns: tuple[str, ...], folder: Path) -> str:
    """The file's rows in a temporary table, whose name it returns."""
    names = ", ".join(f'"{name}"' for name in columns)
    shape = f"SELECT {names} FROM {ELSEWHERE.get(table, table)}"
    if table == "links":
        shape = "SELECT 0::bigint AS id, ''::text AS name, 0::bigint AS target"
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.came_{table}")
    cursor.execute(f"CREATE TEMPORARY TABLE came_{table} ON COMMIT DROP AS {shape} LIMIT 0")
    with cursor.copy(f"COPY came_{table} FROM STDIN") as copy:
        for piece in files.pieces(folder, table):
            copy.write(piece)
    return f"came_{table}"


def _delete(cursor: Cursor, parts: list[Part]) -> None:
    """Children first; then the links of what stays; then the tweets."""
    for part in reversed(parts):
        if part.table != "tweets":
            cursor.execute(f"DELETE FROM {part.table} WHERE id IN (SELECT id FROM {part.ids})")
    for name in LINKS:
        cursor.execute(
            f"UPDATE tweets SET {name} = NULL WHERE {name} IN (SELECT id FROM going_tweets) "
            "AND id NOT IN (SELECT id FROM going_tweets)"
        )
    cursor.execute("DELETE FROM tweets WHERE id IN (SELECT id FROM going_tweets)")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
