"""A month that was taken out comes back from its files."""

# ruff: noqa: S608 -- composed of names from the catalogue and of constants

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from tweets.archive import files
from tweets.archive.closure import Cursor
from tweets.archive.figures import count_come
from tweets.archive.files import ArchiveBroken, File, Manifest
from tweets.archive.offline import ELSEWHERE, LINK_COLUMNS, LINKS, is_empty, load
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

    Those are rows of people (and what hangs on them) that have been erased since, for who is gone stays gone;
    and retweets in months that are away, which come with these. Raises ArchiveBroken when files are not as
    they were written, the month is in the database, or tweets of it point at an older month that is away.
    """
    manifest = files.read_manifest(folder)
    first, after = date.fromisoformat(manifest.first), date.fromisoformat(manifest.after)
    if any(month.first == first and not is_empty(month) for month in months_before(after)):
        raise ArchiveBroken(f"The month {first:%Y-%m} is in the database.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tweets point at tweets that come behind them
        make_months(first, first)
        left = _load_month(cursor, manifest, folder, tell)
        for other in _others(folder):
            _load_guests(cursor, other, f"{first:%Y-%m}")
            _load_links(cursor, other)
        count_come(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if manifest.schema != HOME:
            move_month(months_before(after)[-1], manifest.schema)
    reader.ask(cards.forget_all)
    return left


def is_back(folder: Path) -> bool:
    """Whether the folder's month is in the database; raises ArchiveBroken when only a part of it is.

    Retweets are not asked for: whoever undid one since took its row away. Nor are people who were erased.
    """
    manifest = files.read_manifest(folder, "tweets")
    first, after = date.fromisoformat(manifest.first), date.fromisoformat(manifest.after)
    if not any(month.first == first and not is_empty(month) for month in months_before(after)):
        return False
    tweets = next(file for file in manifest.files if file.table == "tweets")
    with transaction.atomic(), connection.cursor() as cursor:
        load(cursor, "tweets", tuple(tweets.columns), folder)
        cursor.execute(
            "SELECT count(*) FROM came_tweets came JOIN users u ON u.id = came.author_id "
            "WHERE came.retweet_of_id IS NULL AND NOT EXISTS "
            "(SELECT FROM tweets t WHERE t.id = came.id AND t.created_at = tid_time(came.id))"
        )
        missing = int(cursor.fetchone()[0])
    if missing:
        raise ArchiveBroken(
            f"The month {first:%Y-%m} is in the database, but {missing:,} of the {tweets.rows:,} tweets in "
            f"{folder} are not in it: it is another month, or a part of one. Nothing was loaded."
        )
    return True


def still_missing(folder: Path) -> dict[str, int]:
    """How many retweets that went along with the folder's month are not in the database, by their months.

    Those of months that are there, under "", do not come any more: they or their people are gone.
    """
    guests = next(file for file in files.read_manifest(folder, "guests").files if file.table == "guests")
    with transaction.atomic(), connection.cursor() as cursor:
        load(cursor, "guests", tuple(guests.columns), folder)
        cursor.execute(
            "SELECT CASE WHEN month <> ALL(%s) THEN month ELSE '' END, count(*) FROM ("
            "SELECT to_char(came.created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM came_guests came "
            "WHERE NOT EXISTS "
            "(SELECT FROM tweets t WHERE t.id = came.id AND t.created_at = tid_time(came.id))) AS missing "
            "GROUP BY 1",
            [[str(month) for month in months_before(date.max)]],
        )
        return dict(cursor.fetchall())


def _load_month(cursor: Cursor, manifest: Manifest, folder: Path, tell: Tell) -> dict[str, int]:
    left: dict[str, int] = {}
    for table in ("tweets", "retweets"):  # what the figures are made of
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.going_{table}")
        cursor.execute(f"CREATE TEMPORARY TABLE going_{table} (id bigint PRIMARY KEY) ON COMMIT DROP")
    for file in manifest.files:
        if file.table not in {"links", *ELSEWHERE}:
            load(cursor, file.table, tuple(file.columns), folder)
            if file.table == "tweets":
                _refuse_what_is_away(cursor)
            done = _insert(cursor, file)
            if file.table == "tweets":
                done -= _take_off_what_points_nowhere(cursor)
            if done < file.rows:
                left[file.table] = file.rows - done
            tell(file.table, file.rows)
    guests = next(file for file in manifest.files if file.table == "guests")
    if missing := guests.rows - _load_guests(cursor, folder):
        left["guests"] = missing
    _load_links(cursor, folder)
    return left


def _others(folder: Path) -> list[Path]:
    """The folders beside this one whose months are in the database: something may have waited there."""
    there = {str(month) for month in months_before(date.max)}
    beside = sorted(path.parent for path in folder.resolve().parent.glob(f"*/{files.MANIFEST}"))
    return [path for path in beside if path.name in there and path != folder.resolve()]


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


def _insert(cursor: Cursor, file: File, only: str = "TRUE") -> int:
    """Inserts what `load` loaded, but for rows whose people or parents are gone; returns how many it did."""
    table = ELSEWHERE.get(file.table, file.table)
    cursor.execute(_KEYS, [table])
    conditions, values = [only], {name: f'came."{name}"' for name in file.columns}
    for column, parent, is_needed in cursor.fetchall():
        moment = "AND p.created_at = tid_time(p.id)" if parent == "tweets" else ""
        there = f'EXISTS (SELECT FROM {parent} p WHERE p.id = came."{column}" {moment})'
        if is_needed:
            conditions.append(there)
        elif file.table != "tweets" or parent != "tweets":
            values[column] = f'CASE WHEN {there} THEN came."{column}" END'
    names = ", ".join(f'"{name}"' for name in file.columns)
    insert = (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM came_{file.table} came "
        f"WHERE {' AND '.join(conditions)}"
    )
    if table in {"tweets", "retweets"}:
        insert = f"WITH new AS ({insert} RETURNING id) INSERT INTO going_{table} SELECT id FROM new"
    cursor.execute(insert)
    return int(cursor.rowcount)


def _take_off_what_points_nowhere(cursor: Cursor) -> int:
    """Retweets of what did not come go, and are counted; replies and quotes of it stay without it."""
    nowhere = (
        "came_tweets c WHERE t.id = c.id AND t.created_at = tid_time(c.id) AND t.{0}_id IS NOT NULL AND NOT "
        "EXISTS (SELECT FROM tweets p WHERE p.id = t.{0}_id AND p.created_at = t.{0}_created_at)"
    )
    for name in LINKS:
        change = f"UPDATE tweets t SET {name} = NULL FROM "
        cursor.execute(change + nowhere.format(name.removesuffix("_id")))
    gone = "WITH gone AS (DELETE FROM tweets t USING " + nowhere.format("retweet_of") + " RETURNING t.id) "
    cursor.execute(f"{gone} DELETE FROM going_tweets WHERE id IN (SELECT id FROM gone)")
    return int(cursor.rowcount)


def _load_guests(cursor: Cursor, folder: Path, month: str = "") -> int:
    """Retweets that went along with the folder's month: those of `month`, "" for every one that is there."""
    known = {file.table: file for file in files.read_manifest(folder, *ELSEWHERE).files}
    for name in ELSEWHERE:
        load(cursor, name, tuple(known[name].columns), folder)
    there = [month] if month else [str(one) for one in months_before(date.max)]
    cursor.execute(
        "DELETE FROM came_guests came "
        "WHERE to_char(came.created_at AT TIME ZONE 'UTC', 'YYYY-MM') <> ALL(%s) OR NOT EXISTS "
        "(SELECT FROM tweets p WHERE p.id = came.retweet_of_id AND p.created_at = tid_time(p.id))",
        [there],
    )
    done = _insert(cursor, known["guests"])
    _insert(cursor, known["guest_links"], "came.retweet_id IN (SELECT id FROM came_guests)")
    return done


def _load_links(cursor: Cursor, folder: Path) -> None:
    """Gives replies and quotes of other months, as far as they are there, their links back."""
    files.read_manifest(folder, "links")
    load(cursor, "links", LINK_COLUMNS, folder)
    for name in LINKS:
        cursor.execute(
            f"UPDATE tweets t SET {name} = l.target FROM came_links l JOIN tweets p ON p.id = l.target "
            f"AND p.created_at = tid_time(l.target) WHERE l.name = %s AND t.id = l.id "
            f"AND t.created_at = tid_time(l.id) AND t.{name} IS NULL",
            [name],
        )
