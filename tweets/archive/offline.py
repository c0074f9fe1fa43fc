"""The second tier: a month leaves the database for files.

Whatever hangs on its tweets goes along (likes, bookmarks, polls with their votes, notifications, …), found by
the foreign keys. Replies and quotes of other months stay and lose the link, which is kept as well. Nothing is
dropped before the files on the disk were read back and compared with the rows, in the same transaction.
"""

# ruff: noqa: S608 -- composed of names from the catalogue and of constants

from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from tweets.archive import files
from tweets.archive.closure import Cursor, Part, collect, parts_of_tweets
from tweets.archive.figures import count_gone
from tweets.archive.files import Manifest
from tweets.archive.online import Month
from tweets.counters import roll_up_tweet_counters
from tweets.timelines import cards, reader

LINKS = ("in_reply_to_id", "quote_of_id")
LINK_COLUMNS = ("id", "name", "target")
_LINKS = " UNION ALL ".join(
    f"SELECT id, '{name}' AS name, {name} AS target FROM tweets "
    f"WHERE {name} IN (SELECT id FROM going_tweets) AND id NOT IN (SELECT id FROM going_tweets)"
    for name in LINKS
)
Tell = Callable[[str, int], object]  # a table, and how many of its rows


class NotTheSame(Exception):
    """What stands in the files is not what stands in the database: nothing was dropped."""


@transaction.atomic
def look_at_month(month: Month) -> dict[str, int]:
    """How many rows of which tables would go; changes nothing."""
    with connection.cursor() as cursor:
        counts = collect(cursor, month, parts_of_tweets())
        cursor.execute(f"SELECT count(*) FROM ({_LINKS}) AS links")
        return {**counts, "links": cursor.fetchone()[0]}


def take_out(month: Month, folder: Path, tell: Tell = lambda *_: None) -> Manifest:
    """Writes the month into the folder, compares, and drops it. Meanwhile the month can be read, not written.

    All or nothing: whoever stops it, kills it or pulls the plug leaves the month in the database. Raises
    NotTheSame when the files do not hold what the database holds.
    """
    while roll_up_tweet_counters():
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        # nobody likes, answers or deletes what is on its way out; the foreign keys take this lock too
        cursor.execute(f"LOCK TABLE {month.table} IN EXCLUSIVE MODE")
        parts = parts_of_tweets()
        counts = collect(cursor, month, parts)
        partial = files.begin(folder)
        manifest = _write(cursor, month, parts, counts, partial)
        for file in manifest.files:
            tell(file.table, file.rows)
        _compare(cursor, manifest, parts, partial)
        count_gone(cursor)
        _drop(cursor, month, parts)
        files.finish(partial, folder, manifest)
    reader.ask(cards.forget_all)
    return manifest


def _write(cursor: Cursor, month: Month, parts: list[Part], counts: dict[str, int], folder: Path) -> Manifest:
    written = [
        files.write(folder, part.table, part.columns, counts[part.table], _copied(cursor, part.selection))
        for part in parts
    ]
    cursor.execute(f"SELECT count(*) FROM ({_LINKS}) AS links")
    links = cursor.fetchone()[0]
    written.append(files.write(folder, "links", LINK_COLUMNS, links, _copied(cursor, _LINKS)))
    return Manifest(month.first.isoformat(), month.after.isoformat(), month.schema, month.name, written)


def _copied(cursor: Cursor, query: str) -> Iterator[bytes]:
    with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        for piece in copy:
            yield bytes(piece)


def _compare(cursor: Cursor, manifest: Manifest, parts: list[Part], folder: Path) -> None:
    """Reads every file back into the server and looks for a row on one side only."""
    selections = {part.table: part.selection for part in parts} | {"links": _LINKS}
    for file in manifest.files:
        came = load(cursor, file.table, tuple(file.columns), folder)
        live = selections[file.table]
        cursor.execute(
            f"SELECT count(*), (SELECT count(*) FROM ({live} EXCEPT SELECT * FROM {came}) AS missing) "
            f"FROM {came}"
        )
        if cursor.fetchone() != (file.rows, 0):
            raise NotTheSame(f"{file.table}: the file does not hold what the database holds.")


def load(cursor: Cursor, table: str, columns: tuple[str, ...], folder: Path) -> str:
    """The file's rows in a temporary table, whose name it returns."""
    names = ", ".join(f'"{name}"' for name in columns)
    shape = f"SELECT {names} FROM {table}"
    if table == "links":
        shape = "SELECT 0::bigint AS id, ''::text AS name, 0::bigint AS target"
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.came_{table}")
    cursor.execute(f"CREATE TEMPORARY TABLE came_{table} ON COMMIT DROP AS {shape} LIMIT 0")
    with cursor.copy(f"COPY came_{table} FROM STDIN") as copy:
        for piece in files.pieces(folder, table):
            copy.write(piece)
    return f"came_{table}"


def _drop(cursor: Cursor, month: Month, parts: list[Part]) -> None:
    """Children first; then the links of what stays; then the tweets, and the month itself."""
    for part in reversed(parts):
        if part.table != "tweets":
            cursor.execute(f"DELETE FROM {part.table} WHERE id IN (SELECT id FROM {part.ids})")
    for name in LINKS:
        cursor.execute(
            f"UPDATE tweets SET {name} = NULL WHERE {name} IN (SELECT id FROM going_tweets) "
            "AND id NOT IN (SELECT id FROM going_tweets)"
        )
    # the month's rows too: answers within it would keep it from being detached
    cursor.execute("DELETE FROM tweets WHERE id IN (SELECT id FROM going_tweets)")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f"ALTER TABLE tweets DETACH PARTITION {month.table}")
    cursor.execute(f"DROP TABLE {month.table}")
