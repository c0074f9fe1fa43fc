"""No migration that is not released yet stops a running site or the code that runs beside it."""

from functools import cache
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import timezone

from twitterclone.lib.partitions import AddIndexByParts
from twitterclone.tests.migration_rules import (
    APPS,
    ROOT,
    allowed,
    breaches,
    problems,
    released,
    sql_of,
    unreleased,
)

pytestmark = pytest.mark.django_db

TEXT = models.TextField(default="")
POSITIVE = models.CheckConstraint(condition=models.Q(content__gt=""), name="drafts_content")
INDEX = models.Index(fields=["content"], name="drafts_text")

GOOD: dict[str, list[Any]] = {
    "nullable column": [migrations.AddField("draft", "mood", models.TextField(null=True))],
    "column with a default of the database": [
        migrations.AddField("draft", "mood", models.TextField(default="", db_default=""))
    ],
    "new table": [
        migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True)), ("name", TEXT)]),
        migrations.AddIndex("thing", models.Index(fields=["name"], name="things_name")),
    ],
    "constraint to be validated later": [AddConstraintNotValid("draft", POSITIVE)],
    "choices": [migrations.AlterField("draft", "content", models.TextField(choices=[("a", "A")]))],
    "not atomic index": [AddIndexConcurrently("draft", INDEX)],
    "not atomic index of a partitioned table": [
        AddIndexByParts("tweet", models.Index(fields=["language"], name="t_l"))
    ],
    "not atomic validation": [ValidateConstraint("filter", "filters_action")],
}
BAD: dict[str, list[Any]] = {
    "column without a default of the database": [migrations.AddField("draft", "mood", TEXT)],
    "dropped column": [migrations.RemoveField("draft", "params")],
    "dropped table": [migrations.DeleteModel("Draft")],
    "renamed column": [migrations.RenameField("draft", "content", "text")],
    "renamed table": [migrations.AlterModelTable("draft", "sketches")],
    "other type": [migrations.AlterField("draft", "content", models.JSONField())],
    "column made not null": [
        migrations.AlterField("tweet", "edited_at", models.DateTimeField(default=timezone.now))
    ],
    "index": [migrations.AddIndex("draft", INDEX)],
    "unique": [migrations.AddConstraint("draft", models.UniqueConstraint(fields=["content"], name="u"))],
    "check": [migrations.AddConstraint("draft", POSITIVE)],
    "foreign key": [
        migrations.AddField("draft", "other", models.ForeignKey("tweets.Draft", models.CASCADE, null=True))
    ],
    "index in a transaction": [AddIndexConcurrently("draft", INDEX)],
    "python": [migrations.RunPython(lambda *_: None, lambda *_: None)],
    "python without a way back": [migrations.RunPython(lambda *_: None)],
    "rows": [migrations.RunSQL("UPDATE drafts SET content = ''", "SELECT 1")],
    "not atomic index on parts": [
        AddIndexConcurrently("tweet", models.Index(fields=["language"], name="t_l"))
    ],
    "not atomic table": [migrations.AddField("draft", "mood", models.TextField(null=True))],
}
RULES = {
    "column without a default of the database": "ban-drop-default",
    "dropped column": "ban-drop-column",
    "dropped table": "ban-drop-table",
    "renamed column": "renaming-column",
    "renamed table": "renaming-table",
    "other type": "changing-column-type",
    "column made not null": "adding-not-nullable-field",
    "index": "require-concurrent-index-creation",
    "unique": "disallowed-unique-constraint",
    "check": "constraint-missing-not-valid",
    "foreign key": "adding-foreign-key-constraint",
    "index in a transaction": "ban-concurrent-index-creation-in-transaction",
    "python": "python-in-one-transaction",
    "python without a way back": "no-way-back",
    "rows": "rows-in-one-transaction",
    "not atomic index on parts": "concurrently-on-parts",
    "not atomic table": "half-done",
}


@cache
def before() -> ProjectState:
    """The models that the trials change."""
    return MigrationLoader(None).project_state(("tweets", "0001_initial"))


def rules_broken(what: str, operations: list[Any]) -> set[str]:
    trial = migrations.Migration("0002_trial", "tweets")
    trial.operations, trial.atomic = operations, not what.startswith("not atomic")
    if what == "index in a transaction":  # Django itself refuses to say how it would go
        sql = "BEGIN; CREATE INDEX CONCURRENTLY drafts_text ON drafts (content); COMMIT;"
    else:
        sql = sql_of(trial, before().clone())
    return {breach.rule for breach in breaches("tweets", trial, sql)}


@pytest.mark.parametrize("what", GOOD)
def test_what_does_no_harm_is_let_through(what: str) -> None:
    assert rules_broken(what, GOOD[what]) == set()


@pytest.mark.parametrize("what", BAD)
def test_what_would_stop_a_site_is_found(what: str) -> None:
    assert RULES[what] in rules_broken(what, BAD[what])


def test_reasons_are_read_and_must_be_reasons() -> None:
    text = "    # allows ban-drop-column: nothing reads it since v0.4\n# allows a: \n# allows x: no\n"
    assert allowed(text) == {"ban-drop-column": "nothing reads it since v0.4"}


def test_released_migrations_are_still_there() -> None:
    files = {(app, path.stem) for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")}
    assert len(released()) > 60
    assert {key for key in released() if key[0] in APPS} <= files


@pytest.mark.parametrize(("app", "name"), unreleased())
def test_migration_keeps_the_rules_or_says_why_not(app: str, name: str) -> None:
    assert problems(app, name) == []


@pytest.mark.parametrize("rule", sorted(set(RULES.values())))
def test_rule_has_its_row_in_the_handbook(rule: str) -> None:
    assert f"`{rule}`" in (ROOT / "docs" / "operations" / "migrations.md").read_text()
