"""Somebody holds a table, for real: migrate waits in turns, says who it is, and lets others through."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tweets.partitions import tables
from twitterclone.lib.direct import address
from twitterclone.lib.partitions import AddIndexByParts
from twitterclone.migrating import executor
from twitterclone.migrating.executor import Held, PatientExecutor

pytestmark = pytest.mark.django_db(transaction=True)

COLUMN = migrations.RunSQL("ALTER TABLE drafts ADD COLUMN colour text")


@contextmanager
def holding(lock: str, seconds: float, name: str = "a long report") -> Iterator[psycopg.Connection]:
    """Somebody else's transaction that holds a table for so long."""
    with psycopg.connect(address(), application_name=name) as other:
        other.execute(f"LOCK TABLE drafts IN {lock} MODE")
        timer = threading.Timer(seconds, other.rollback)
        timer.start()
        yield other
        timer.join()


def migration(*operations: Any, atomic: bool = True) -> migrations.Migration:
    made = migrations.Migration("0001_trial", "trial")
    made.operations, made.atomic = list(operations), atomic
    return made


@pytest.fixture
def patient(monkeypatch: Any) -> Iterator[PatientExecutor]:
    monkeypatch.setattr(executor, "PAUSES", (0.1,))
    mine = PatientExecutor(connection)
    mine.lines = []
    mine.tell = mine.lines.append
    yield mine
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE drafts DROP COLUMN IF EXISTS colour")
        cursor.execute("DROP INDEX IF EXISTS drafts_trial")
    MigrationRecorder(connection).record_unapplied("trial", "0001_trial")


def test_lock_is_had_after_whoever_holds_the_table_and_others_go_on_meanwhile(patient: Any) -> None:
    waits: list[float] = []
    stop = threading.Event()

    def read() -> None:
        with psycopg.connect(address(), autocommit=True) as reader:
            while not stop.is_set():
                begun = time.monotonic()
                reader.execute("SELECT count(*) FROM drafts")
                waits.append(time.monotonic() - begun)
                time.sleep(0.01)

    reader = threading.Thread(target=read)
    reader.start()
    patient.longest = 0.4
    with holding("ACCESS SHARE", 2.0):
        patient.apply_migration(ProjectState(), migration(COLUMN))
    stop.set()
    reader.join()
    assert patient.lines
    assert "trial.0001_trial waits for process" in patient.lines[0]
    assert "(a long report, idle in transaction, since" in patient.lines[0]
    assert "LOCK TABLE drafts IN ACCESS SHARE MODE" in patient.lines[0]
    assert max(waits) < 1.5  # the longest turn, and not all of it
    with connection.cursor() as cursor:
        cursor.execute("SELECT colour FROM drafts")
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)
    assert ("trial", "0001_trial") in MigrationRecorder(connection).applied_migrations()


def test_nothing_is_done_and_the_holder_is_named_when_no_moment_is_found(patient: Any) -> None:
    patient.tries = 2
    with (
        holding("ACCESS EXCLUSIVE", 1.5),
        pytest.raises(Held, match=r"no moment for its lock: process .* report"),
    ):
        patient.apply_migration(ProjectState(), migration(COLUMN))
    assert ("trial", "0001_trial") not in MigrationRecorder(connection).applied_migrations()


def test_each_operation_is_tried_again_alone_when_the_migration_is_not_atomic(patient: Any) -> None:
    done: list[str] = []
    first = migrations.RunPython(lambda *_: done.append("first"))
    with holding("ACCESS SHARE", 0.8):
        patient.apply_migration(ProjectState(), migration(first, COLUMN, atomic=False))
    assert done == ["first"]
    assert "Raw SQL operation) waits for" in patient.lines[0]


def test_unfinished_index_is_made_anew_and_waits_without_hurry(patient: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(executor, "TOLD_AFTER", 0.5)
    with connection.cursor() as cursor, holding("ACCESS SHARE", 0.1):
        cursor.execute("SET lock_timeout = '200ms'")
        with psycopg.connect(address()) as writer:
            writer.execute("LOCK TABLE drafts IN ROW EXCLUSIVE MODE")
            with pytest.raises(OperationalError):
                cursor.execute("CREATE INDEX CONCURRENTLY drafts_trial ON drafts (content)")
        cursor.execute("RESET lock_timeout")
    index = models.Index(fields=["content"], name="drafts_trial")
    state = PatientExecutor(connection).loader.project_state(("tweets", "0001_initial"))
    trial = migration(AddIndexConcurrently("draft", index), atomic=False)
    trial.app_label = "tweets"
    with holding("ROW EXCLUSIVE", 1.5):
        patient.apply_migration(state, trial)
    MigrationRecorder(connection).record_unapplied("tweets", "0001_trial")
    assert len(patient.lines) == 1
    assert "waits for process" in patient.lines[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'drafts_trial'::regclass")
        assert cursor.fetchone() == (True,)


def test_other_errors_are_not_tried_again(patient: Any) -> None:
    begun = time.monotonic()
    with pytest.raises(Exception, match="nothing_like_that"):
        patient.apply_migration(ProjectState(), migration(migrations.RunSQL("DROP TABLE nothing_like_that")))
    assert patient.lines == []
    assert time.monotonic() - begun < 2


def test_command_is_ours_and_waits_for_another_one(monkeypatch: Any) -> None:
    monkeypatch.setattr("twitterclone.management.commands.migrate.PATIENCE", 0.1)
    out, err = StringIO(), StringIO()
    with psycopg.connect(address()) as other:
        other.execute("SELECT pg_advisory_lock(7203104)")
        with pytest.raises(CommandError, match="Another migrate does not end"):
            call_command("migrate", "tweets", verbosity=0, stdout=out, stderr=err)
    assert err.getvalue() == "Another migrate is running; waiting for it.\n"
    call_command("migrate", "tweets", "--lock-timeout", "1", "--lock-tries", "3", verbosity=0, stdout=out)


def test_index_of_a_partitioned_table_is_made_part_by_part(patient: Any) -> None:
    index = models.Index(fields=["language"], name="tweets_trial", condition=~models.Q(language=""))
    state = patient.loader.project_state(("tweets", "0001_initial"))
    trial = migration(AddIndexByParts("tweet", index), atomic=False)
    trial.app_label = "tweets"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX tweets_trial ON ONLY tweets (language) WHERE language <> ''"
        )  # broken off
    try:
        patient.apply_migration(state.clone(), trial)
        patient.apply_migration(state.clone(), trial)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'tweets_trial'::regclass")
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'tweets_trial'::regclass")
            assert cursor.fetchone() == (len(tables()),)
    finally:
        patient.unapply_migration(state.clone(), trial)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('tweets_trial')")
        assert cursor.fetchone() == (None,)
