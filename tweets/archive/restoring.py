"""A month that was taken out comes back from its files."""

# ruff: noqa: S608 -- composed of names from the catalogue and of constants

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from tweets.archive import files
from tweets.archive.closure import Cursor
from tweets.archive.figures import count_come
from tweets.archive.files import ArchiveBroken, File
from tweets.archive.offline import LINKS, load
from tweets.archive.online import HOME, months_before, move_month
from tweets.partitions import make_months
from tweets.timelines import cards, reader

Tell = Callable[[str, int], object]

_KEYS = """
    SELECT child.attname, c.confrelid::regclass::text, child.attnotnull
    FROM pg_constraint c
    JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = %s::regclass
"""


def bring_back(folder: Path, tell: Tell = lambda *_: None) -> dict[str, int]:
    """Loads a month that was taken out, all or nothing; returns the rows that stayed out, by table.

    Those are rows of people (and what hangs on them) that have been erased since: who is gone stays gone.
    Raises ArchiveBroken when files are not as they were written, the month is in the database, or tweets of
    it point at an older month that is away.
    """
    manifest = files.read_manifest(folder)
    first, after = date.fromisoformat(manifest.first), date.fromisoformat(manifest.after)
    if any(month.first == first for month in months_before(after)):
        raise ArchiveBroken(f"The month {first:%Y-%m} is in the database.")
    left: dict[str, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tweets point at tweets that come behind them
        make_months(first, first)
        for file in manifest.files:
            if file.table == "links":
                continue
            load(cursor, file.table, tuple(file.columns), folder)
            if file.table == "tweets":
                _refuse_what_is_away(cursor)
            if missing := file.rows - _insert(cursor, file):
                left[file.table] = missing
            tell(file.table, file.rows)
        _link_all(cursor, folder.parent)
        count_come(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if manifest.schema != HOME:
            move_month(months_before(after)[-1], manifest.schema)
    reader.ask(cards.forget_all)
    return left


def _refuse_what_is_away(cursor: Cursor) -> None:
    """What a retweet passes on must be there; and a reply would lose its link for good."""
    cursor.execute(
        "SELECT to_char(min(tid_time(ids.id)) AT TIME ZONE 'UTC', 'YYYY-MM') FROM came_tweets came, "
        "LATERAL (VALUES (came.in_reply_to_id), (came.quote_of_id), (came.retweet_of_id)) AS ids (id) "
        "WHERE ids.id IS NOT NULL AND to_char(tid_time(ids.id) AT TIME ZONE 'UTC', 'YYYY-MM') <> ALL(%s)",
        [[str(month) for month in months_before(date.max)]],
    )
    if month := cursor.fetchone()[0]:
        raise ArchiveBroken(f"Tweets of this month point at {month}, which is away: bring that back first.")


def _insert(cursor: Cursor, file: File) -> int:
    """Inserts what `load` loaded, but for rows whose people or parents are gone; returns how many it did."""
    cursor.execute(_KEYS, [file.table])
    conditions, values = [], {name: f'came."{name}"' for name in file.columns}
    for column, parent, is_needed in cursor.fetchall():
        moment = "AND p.created_at = tid_time(p.id)" if parent == "tweets" else ""
        there = f'EXISTS (SELECT FROM {parent} p WHERE p.id = came."{column}" {moment})'
        if is_needed:
            conditions.append(there)
        elif file.table != "tweets" or parent != "tweets":
            values[column] = f'CASE WHEN {there} THEN came."{column}" END'
    names = ", ".join(f'"{name}"' for name in file.columns)
    cursor.execute(
        f"INSERT INTO {file.table} ({names}) SELECT {', '.join(values.values())} FROM came_{file.table} came "
        f"WHERE {' AND '.join(conditions) or 'TRUE'}"
    )
    done = cursor.rowcount - (_take_off_what_points_nowhere(cursor) if file.table == "tweets" else 0)
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.going_{file.table}")
    cursor.execute(
        f"CREATE TEMPORARY TABLE going_{file.table} ON COMMIT DROP AS "
        f"SELECT t.id FROM {file.table} t JOIN came_{file.table} c ON c.id = t.id"
    )
    return int(done)


def _take_off_what_points_nowhere(cursor: Cursor) -> int:
    """Retweets of what did not come go, and are counted; replies and quotes of it stay without it."""
    nowhere = (
        "came_tweets c WHERE t.id = c.id AND t.created_at = tid_time(c.id) AND t.{0}_id IS NOT NULL AND NOT "
        "EXISTS (SELECT FROM tweets p WHERE p.id = t.{0}_id AND p.created_at = t.{0}_created_at)"
    )
    for name in LINKS:
        change = f"UPDATE tweets t SET {name} = NULL FROM "
        cursor.execute(change + nowhere.format(name.removesuffix("_id")))
    cursor.execute("DELETE FROM tweets t USING " + nowhere.format("retweet_of"))
    return int(cursor.rowcount)


def _link_all(cursor: Cursor, folder: Path) -> None:
    """Gives replies and quotes their links back, those also that an older month kept for this one."""
    for manifest in sorted(folder.glob(f"*/{files.MANIFEST}")):
        if manifest.parent.suffix:
            continue
        load(cursor, "links", ("id", "name", "target"), manifest.parent)
        for name in LINKS:
            cursor.execute(
                f"UPDATE tweets t SET {name} = l.target FROM came_links l JOIN tweets p ON p.id = l.target "
                f"AND p.created_at = tid_time(l.target) WHERE l.name = %s AND t.id = l.id "
                f"AND t.created_at = tid_time(l.id) AND t.{name} IS NULL",
                [name],
            )
