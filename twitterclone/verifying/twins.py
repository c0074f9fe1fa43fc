"""Rows that should be one: looked for in the tables, since a broken index cannot be asked about itself."""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Model, UniqueConstraint

from twitterclone.lib.findings import Finding, error
from twitterclone.verifying.walking import SHOWN, Look, checks, escaped, planning, reading, rows

_UNIQUE = """
    SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, i.indnullsnotdistinct,
        pg_get_expr(i.indpred, i.indrelid),
        ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n)::text[]
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indisunique AND c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname IN ('public', 'archive')
    ORDER BY 2, 1
"""
_INVALID = """
    SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT (i.indisvalid AND i.indisready) AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 2, 1
"""
_NAMES = """
    SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')
"""
_TWICE = """
    SELECT author_id, retweet_of_id, count(*) FROM tweets
    WHERE retweet_of_id IS NOT NULL AND deleted_at IS NULL
    GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2 LIMIT %s
"""
_UNSAID = """
    SELECT t.id FROM tweets t WHERE t.retweet_of_id IS NOT NULL AND t.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM retweets r WHERE r.retweet_id = t.id AND r.retweet_created_at = t.created_at
            AND r.user_id = t.author_id AND r.tweet_id = t.retweet_of_id)
    ORDER BY 1 LIMIT %s
"""
_UNDONE = """
    SELECT r.id FROM retweets r WHERE NOT EXISTS (
        SELECT FROM tweets t WHERE t.id = r.retweet_id AND t.created_at = r.retweet_created_at
            AND t.author_id = r.user_id AND t.retweet_of_id = r.tweet_id)
    ORDER BY 1 LIMIT %s
"""


class Unique(NamedTuple):
    """What must differ between the rows of a table."""

    name: str
    table: str
    nulls_are_equal: bool
    condition: str | None
    columns: list[str]


@checks.check("twins", "what must be one is one: names, idempotency keys, likes, retweets, …")
def twins(look: Look) -> Iterator[Finding]:
    """Rows that a unique index forbids, found without the index; and unique constraints that are gone."""
    for unique in [*(Unique(*row) for row in rows(_UNIQUE)), *_lacking()]:
        look.tell(f"{unique.table} ({unique.name})", 0)
        listed = ", ".join(escaped(column) for column in unique.columns)
        conditions = [f"({escaped(unique.condition)})"] if unique.condition else []
        if not unique.nulls_are_equal:
            conditions += [f"({escaped(column)}) IS NOT NULL" for column in unique.columns]
        sql = f"SELECT count(*), {listed} FROM {unique.table} WHERE {' AND '.join(conditions) or 'true'} "
        sql += f"GROUP BY {listed} HAVING count(*) > 1 LIMIT %s"
        off = {"enable_indexscan": "off", "enable_indexonlyscan": "off", "enable_bitmapscan": "off"}
        with reading() as cursor, planning(cursor, **off):
            cursor.execute(sql, [SHOWN])
            for count, *values in cursor.fetchall():
                yield error(
                    f"{unique.table}: {count} rows have the same {listed}: {', '.join(map(str, values))}",
                    f"keep one of them, then REINDEX INDEX CONCURRENTLY {unique.name}",
                )


@checks.check("retweets", "a retweet is one tweet of its own and one row that says so")
def retweets(look: Look) -> Iterator[Finding]:
    """Retweets made twice, retweets that no row speaks of, rows that speak of none."""
    for author, tweet, count in rows(_TWICE, [SHOWN]):
        yield error(
            f"user {author} retweeted {tweet} {count} times", "delete the newer of them: delete_tweets --ids"
        )
    for (tweet,) in rows(_UNSAID, [SHOWN]):
        yield error(f"retweet {tweet} has no row in retweets", "delete it: delete_tweets --ids")
    for (row,) in rows(_UNDONE, [SHOWN]):
        yield error(
            f"retweets {row} names no retweet of that person", f"DELETE FROM retweets WHERE id = {row}"
        )


@checks.check("schema", "constraints and indexes are there and whole")
def schema(look: Look) -> Iterator[Finding]:
    """Constraints and indexes of the models that the database lacks, and indexes that were never finished."""
    names = {name for (name,) in rows(_NAMES)}
    for model in apps.get_models():
        for part in [*model._meta.constraints, *model._meta.indexes] if model._meta.managed else ():
            if part.name not in names:
                yield error(
                    f"{model._meta.db_table} lacks {part.name}",
                    "the section post-data was not restored, or a migration was not run: "
                    "manage.py migrate, else take it from docs/releases/*/schema.sql",
                )
    for index, table in rows(_INVALID):
        yield error(f"index {index} of {table} is not whole", f"REINDEX INDEX CONCURRENTLY {index}")


def _column(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "column", name))


def _lacking() -> Iterator[Unique]:
    """Unconditional unique constraints of the models that the database does not have."""
    names = {name for (name,) in rows(_NAMES)}
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.name not in names:
                columns = [_column(model, name) for name in constraint.fields]
                if columns and constraint.condition is None:
                    equal = constraint.nulls_distinct is False
                    yield Unique(constraint.name, model._meta.db_table, equal, None, columns)
