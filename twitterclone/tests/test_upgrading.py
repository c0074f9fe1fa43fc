"""Every released version's schema, with rows in it, is brought up to now; then the code of now works on it,
and so do the models of then: an upgrade needs no pause, and the code can be taken back."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from tweets.partitions import keep_partitions_ahead
from twitterclone.lib.direct import address
from twitterclone.tests.old_rows import Maker, changeable
from twitterclone.tests.one_of_each import one_of_each

RELEASES = sorted((Path(settings.BASE_DIR) / "docs" / "releases").glob("v*"))
# psql's own words, an administrator's, and one that PostgreSQL 15 and 16 do not know
NOT_OURS = re.compile(r"^(\\.*|COMMENT ON EXTENSION .*;|SET transaction_timeout .*;)$", re.MULTILINE)
# rows that migrations make, and a dump of the schema lacks
FIRST_ROWS = """
    INSERT INTO public.id_nodes (node) SELECT generate_series(0, 1023);
    INSERT INTO public.outbox_state DEFAULT VALUES;
"""
_SHAPE = """
    SELECT 'column', attrelid::regclass::text, attname, concat_ws(' ', format_type(atttypid, atttypmod),
        attnotnull, attgenerated, attidentity, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
        AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conparentid = 0
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'view', viewname, '', pg_get_viewdef(viewname::regclass) FROM pg_views
    WHERE schemaname = 'public'
    UNION ALL SELECT 'function', proname, '', pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'sequence', relname, '', '' FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
"""

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@dataclass
class Upgraded:
    """A database that was of the release and is of now; the models of then, and how many rows each had."""

    then: Apps
    rows: dict[str, int]
    shape: set[tuple[str, ...]]


def shape() -> set[tuple[str, ...]]:
    """Everything the schema says, but for the months, which depend on the day.

    Without casts and brackets: a dump that is loaded puts them elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHAPE)
        found = {row for row in cursor.fetchall() if not re.search(r"tweets_\d{4}_\d{2}", "".join(row[1:3]))}
    return {
        (*row[:3], re.sub(r"::(character varying|double precision|\w+)(\[\])?|[()\s]", "", row[3]))
        for row in found
    }


def models_of(apps: Apps) -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


@pytest.fixture(scope="module", params=RELEASES, ids=lambda release: release.name)
def upgraded(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Upgraded]:
    release, name = request.param, f"{connection.settings_dict['NAME']}_of_a_release"
    applied = [tuple(each.split(".")) for each in json.loads((release / "migrations.json").read_text())]
    then = MigrationLoader(None).project_state(applied).apps
    with django_db_blocker.unblock():
        expected = shape()
        with at_database(name):
            with psycopg.connect(address(), autocommit=True) as plain:
                plain.execute(NOT_OURS.sub("", (release / "schema.sql").read_text()))
                plain.execute(FIRST_ROWS)
                plain.cursor().executemany(
                    "INSERT INTO public.django_migrations (app, name, applied) VALUES (%s, %s, now())",
                    applied,
                )
            keep_partitions_ahead()
            maker = Maker(then)
            for model in models_of(then):
                maker.new(model._meta.label)
            rows = {model._meta.label: model._base_manager.count() for model in models_of(then)}
            call_command("migrate", verbosity=0)
            yield Upgraded(then, rows, expected)


class at_database:  # noqa: N801 -- used as a function
    """Makes a database and points the process's connection at it, for a while."""

    def __init__(self, name: str) -> None:
        self.name, self.before = name, connection.settings_dict["NAME"]

    def __enter__(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')
        self._point(self.name)

    def __exit__(self, *_: object) -> None:
        self._point(self.before)
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    @staticmethod
    def _point(name: str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = name

    @staticmethod
    def _run(*statements: str) -> None:
        with psycopg.connect(address(), autocommit=True) as plain:
            for statement in statements:
                plain.execute(statement)


def test_schema_is_the_same_as_one_made_anew(upgraded: Upgraded) -> None:
    assert shape() - upgraded.shape == set()
    assert upgraded.shape - shape() == set()


def test_every_row_is_still_there(upgraded: Upgraded) -> None:
    assert len(upgraded.rows) > 50
    assert min(upgraded.rows.values()) > 0
    now = {model._meta.label: model._base_manager.count() for model in models_of(upgraded.then)}
    assert {label: count for label, count in now.items() if count < upgraded.rows[label]} == {}


def test_code_of_then_writes_and_reads_on_the_schema_of_now(upgraded: Upgraded) -> None:
    changed = 0
    for model in models_of(upgraded.then):
        with transaction.atomic():
            row = Maker(upgraded.then).new(model._meta.label)
            if change := changeable(model):
                changed += 1
                setattr(row, *change)
                row.save(update_fields=[change[0]])
                assert model._base_manager.filter(pk=row.pk).values_list(change[0], flat=True)[0] == change[1]
            found = model._base_manager.get(pk=row.pk)
            assert found.pk == row.pk
            model._base_manager.filter(pk=row.pk).delete()
            assert not model._base_manager.filter(pk=row.pk).exists()
            transaction.set_rollback(True)
    assert changed > 30


def test_code_of_now_works_on_the_schema_that_was_upgraded(upgraded: Upgraded) -> None:
    with transaction.atomic():
        rows = one_of_each("upgraded")
        assert all(model._base_manager.filter(pk=row.pk).exists() for model, row in rows.items())
        transaction.set_rollback(True)


def test_a_column_that_then_cannot_fill_would_be_found(upgraded: Upgraded) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE drafts ADD COLUMN mood text NOT NULL DEFAULT ''")
            cursor.execute("ALTER TABLE drafts ALTER COLUMN mood DROP DEFAULT")
        with pytest.raises(IntegrityError, match="mood"):
            Maker(upgraded.then).new("tweets.Draft")
        transaction.set_rollback(True)
