"""What tables owe to each other and to themselves, looked at row by row and not taken from constraints.

A constraint says what was refused when a row was written. After a recovery, a load with constraints switched
off or a broken disk it may say so without being true.
"""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Field, Model

from twitterclone.lib.findings import Finding, error
from twitterclone.verifying.walking import (
    SHOWN,
    Look,
    Table,
    checks,
    escaped,
    planning,
    reading,
    rows,
    spans,
    tables,
)

_KEYS = """
    SELECT conname, conrelid::regclass::text, confrelid::regclass::text, convalidated,
        ARRAY(SELECT quote_ident(attname) FROM unnest(conkey) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.attnum ORDER BY place)::text[],
        ARRAY(SELECT quote_ident(attname) FROM unnest(confkey) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.attnum ORDER BY place)::text[]
    FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 2, 1
"""
_RULES = """
    SELECT conrelid::regclass::text, conname, pg_get_expr(conbin, conrelid)
    FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 ORDER BY 1, 2
"""
_COMPUTED = """
    SELECT d.adrelid::regclass::text, a.attname, pg_get_expr(d.adbin, d.adrelid), a.atttypid::regtype::text
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE a.attgenerated = 's' AND NOT a.attisdropped ORDER BY 1, 2
"""
RESTORE = "restore these rows from a backup that has them, or delete them"


class Key(NamedTuple):
    """A foreign key: of the catalogue, or one that only the models know."""

    name: str
    table: str
    parent: str
    is_valid: bool
    columns: list[str]
    parent_columns: list[str]


@checks.check("keys", "every row points at rows that are there")
def dangling(look: Look) -> Iterator[Finding]:
    """Rows whose parent is missing, and foreign keys that the database lacks or never made sure of."""
    known = [Key(*row) for row in rows(_KEYS)]
    lacking = list(_lacking(known))
    for key in lacking:
        yield error(
            f"{key.table}.{key.columns[0]} has no foreign key in the database",
            "the constraints were not restored: run pg_restore's section post-data, or take the "
            f"constraint of {key.table} from the newest docs/releases/*/schema.sql",
        )
    for key in known:
        if not key.is_valid:
            yield error(
                f"{key.table}: {key.name} was never made sure of",
                f'after the rows are mended: ALTER TABLE {key.table} VALIDATE CONSTRAINT "{key.name}"',
            )
    by_table: dict[str, list[Key]] = defaultdict(list)
    for key in [*known, *lacking]:
        by_table[key.table].append(key)
    for table in tables():
        yield from _dangling_of(table, by_table[table.whole], look)


def _dangling_of(table: Table, keys: list[Key], look: Look) -> Iterator[Finding]:
    for where, values in spans(table, look) if keys else ():
        # a look into the parent's index for each row: else the planner might read all of the parent
        with reading() as cursor, planning(cursor, enable_hashjoin="off", enable_mergejoin="off"):
            for key in keys:
                cursor.execute(_dangling_sql(table, key, where), [*values, SHOWN])
                for row_id, target in cursor.fetchall():
                    yield error(
                        f"{table.name} {row_id}: {key.columns[0]} {target} is not in {key.parent}", RESTORE
                    )


def _dangling_sql(table: Table, key: Key, where: str) -> str:
    there = " AND ".join(f"c.{column} IS NOT NULL" for column in key.columns)
    same = " AND ".join(
        f"p.{other} = c.{column}" for column, other in zip(key.columns, key.parent_columns, strict=True)
    )
    return (
        f"SELECT c.{table.key or key.columns[0]}, c.{key.columns[0]} FROM {table.name} c "
        f"WHERE {where} AND {there} AND NOT EXISTS (SELECT FROM {key.parent} p WHERE {same}) "
        "ORDER BY 1 LIMIT %s"
    )


def _lacking(known: list[Key]) -> Iterator[Key]:
    """Relations of the models without a foreign key in the database."""
    there = {(key.table, key.columns[0]) for key in known}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields if model._meta.managed and not model._meta.proxy else ():
            if field.is_relation and (model._meta.db_table, field.column) not in there:
                yield _modelled(model, field)


def _modelled(model: type[Model], field: Field) -> Key:
    table, target = model._meta.db_table, field.target_field  # type: ignore[attr-defined]
    parent = target.model._meta
    columns, parent_columns = [field.column or ""], [target.column]
    if time := getattr(target.model, "partition_time_column", None):
        columns.append(f"{field.name}_{time}")
        parent_columns.append(time)
    return Key("", table, parent.db_table, True, columns, parent_columns)


@checks.check("rules", "every row keeps the rules that its table has")
def broken(look: Look) -> Iterator[Finding]:
    """Rows that a CHECK constraint of their table would refuse."""
    by_table: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, name, expression in rows(_RULES):
        by_table[table].append((name, escaped(expression)))
    for table in tables():
        found = by_table[table.name]
        for where, values in spans(table, look) if found else ():
            named = " ".join(f"WHEN ({rule}) IS FALSE THEN '{name}'" for name, rule in found)
            failing = " OR ".join(f"({rule}) IS FALSE" for _, rule in found)
            sql = f"SELECT c.{table.key}, CASE {named} END FROM {table.name} c WHERE {where} AND ({failing})"
            with reading() as cursor, planning(cursor, constraint_exclusion="off"):
                cursor.execute(f"{sql} ORDER BY 1 LIMIT %s", [*values, SHOWN])
                for row_id, name in cursor.fetchall():
                    yield error(f"{table.name} {row_id} breaks {name}", RESTORE)


@checks.check("computed", "computed columns say what computing says; the words of searches with --deep")
def stale(look: Look) -> Iterator[Finding]:
    """Stored computed columns that hold something else than their expression gives now."""
    by_table: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, column, expression, kind in rows(_COMPUTED):
        if look.deep or kind != "tsvector":
            by_table[table].append((column, escaped(expression)))
    for table in tables():
        for where, values in spans(table, look) if by_table[table.name] else ():
            for column, expression in by_table[table.name]:
                sql = f"SELECT c.{table.key} FROM {table.name} c WHERE {where} AND "
                sql += f'c."{column}" IS DISTINCT FROM ({expression}) ORDER BY 1 LIMIT %s'
                for (row_id,) in rows(sql, [*values, SHOWN]):
                    yield error(
                        f"{table.name} {row_id}: {column} is not what is computed",
                        f"write the row anew, a batch at a time: UPDATE {table.whole} SET {table.key} = "
                        f"{table.key} WHERE {table.key} = {row_id}",
                    )
