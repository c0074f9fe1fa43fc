"""What a migration must not do to a running site: read from the SQL it sends and from its operations.

docs/operations/migrations.md says what to do instead. A migration that may break a rule says so itself, in a
comment with its reason:

    # allows ban-drop-column: nothing reads or writes it since v0.4
"""

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

ROOT = Path(settings.BASE_DIR)
APPS = "twitterclone accounts media social tweets messaging moderation notifications integrations".split()
OLDEST_POSTGRES = "15"
# migrate itself keeps lock_timeout; the shapes of columns are the models' affair
NO_MATTER = (
    "require-lock-timeout require-statement-timeout prefer-text-field prefer-bigint-over-int "
    "prefer-robust-stmts prefer-identity prefer-timestamptz require-table-schema"
).split()
ALLOWED = re.compile(r"^\s*# allows ([a-z-]+): (\S.{9,})$", re.MULTILINE)
PARTITIONED = ("tweets", "notifications")
ALONE = (AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint)
WRITES = re.compile(r"\b(UPDATE\s+\w+\s+SET|DELETE\s+FROM|INSERT\s+INTO\s+\w+[^;]*\bSELECT)\b", re.IGNORECASE)
FUNCTION = re.compile(r"CREATE (OR REPLACE )?FUNCTION.*?(\$\w*\$).*?\2", re.IGNORECASE | re.DOTALL)

Key = tuple[str, str]


@dataclass(frozen=True, order=True)
class Breach:
    """A rule that a migration breaks, and by what."""

    rule: str
    what: str


def released() -> set[Key]:
    """The migrations of every released version: they ran, and are what they are."""
    kept = (ROOT / "docs" / "releases").glob("v*/migrations.json")
    return {tuple(name.split(".")) for path in kept for name in json.loads(path.read_text())}


def unreleased() -> list[Key]:
    """Those that the next upgrade will run."""
    return sorted(key for key in loaded().disk_migrations if key[0] in APPS and key not in released())


def allowed(text: str) -> dict[str, str]:
    """The rules that a migration's text excuses itself from, with the reasons."""
    return dict(ALLOWED.findall(text))


@cache
def loaded() -> MigrationLoader:
    return MigrationLoader(None)


def breaches(app: str, migration: migrations.Migration, sql: str) -> set[Breach]:
    return {*of_sql(sql), *of_operations(app, migration)}


def sql_of(migration: migrations.Migration, state: Any) -> str:
    """What the migration would send, as sqlmigrate shows it; `state` is that of the models before."""
    # nothing is sent: the transaction of a test is none of the migration's
    within = nullcontext() if migration.atomic else mock.patch.object(connection, "in_atomic_block", False)
    with within, connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    lines = "\n".join(editor.collected_sql)
    return f"BEGIN;\n{lines}\nCOMMIT;" if migration.atomic else lines


def of_sql(sql: str) -> Iterator[Breach]:
    """What squawk says of it."""
    program = Path(sysconfig.get_path("scripts")) / "squawk"
    argv = [program, "--reporter", "json", "--pg-version", OLDEST_POSTGRES, "--exclude", ",".join(NO_MATTER)]
    done = subprocess.run(
        [*argv, "--stdin-filepath", "migration.sql"], input=sql, capture_output=True, text=True, check=False
    )
    for told in json.loads(done.stdout or "[]"):
        yield Breach(told["rule_name"], told["message"].partition(".")[0])


def of_operations(app: str, migration: migrations.Migration) -> Iterator[Breach]:
    """What the SQL does not show."""
    operations = list(flat(migration.operations))
    for operation in operations:
        if isinstance(operation, migrations.RunPython):
            if migration.atomic:
                yield Breach(
                    "python-in-one-transaction",
                    "RunPython holds its locks to the end: atomic = False, batches",
                )
            if not operation.reversible:
                yield Breach("no-way-back", "RunPython without reverse_code")
        if isinstance(operation, migrations.RunSQL):
            if migration.atomic and WRITES.search(FUNCTION.sub("", str(operation.sql))):
                yield Breach(
                    "rows-in-one-transaction", "RunSQL writes all rows at once: atomic = False, batches"
                )
            if not operation.reversible:
                yield Breach("no-way-back", "RunSQL without reverse_sql")
        if isinstance(operation, AddIndexConcurrently) and table_of(app, operation.model_name) in PARTITIONED:
            yield Breach(
                "concurrently-on-parts", "PostgreSQL refuses it on a partitioned table: AddIndexByParts"
            )
    if not migration.atomic and any(changes_tables(operation) for operation in operations):
        yield Breach(
            "half-done", "a migration that is not atomic holds nothing but what must stand outside of one"
        )


def flat(operations: Any) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def changes_tables(operation: Any) -> bool:
    """Whether it is DDL that could as well be taken back with the others."""
    special = (*ALONE, migrations.RunPython, migrations.RunSQL)
    return (
        not isinstance(operation, special)
        and operation.reduces_to_sql
        and not getattr(operation, "by_parts", False)
    )


def table_of(app: str, model: str) -> str:
    state = loaded().project_state().models.get((app, model.lower()))
    return state.options.get("db_table", "") if state else ""


def problems(app: str, name: str) -> list[str]:
    """What is wrong with a migration: rules it breaks without a reason, and reasons that it does not need."""
    loader = loaded()
    text = (ROOT / app / "migrations" / f"{name}.py").read_text()
    migration = loader.disk_migrations[app, name]
    sql = sql_of(migration, loader.project_state((app, name), at_end=False))
    found, excused = breaches(app, migration, sql), allowed(text)
    lines = [f"{each.rule}: {each.what}" for each in sorted(found) if each.rule not in excused]
    return lines + [
        f"allows {rule}, which it does not break" for rule in excused if rule not in {b.rule for b in found}
    ]
