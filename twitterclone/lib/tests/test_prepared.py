"""Statements that are planned once for a connection."""

import threading

import pytest
from django.db import DataError, connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tweets.tests.factories import make_tweet
from twitterclone.lib import prepared

pytestmark = pytest.mark.django_db
_KNOWN = "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"


def test_statement_is_planned_once_for_all_values() -> None:
    found = [prepared.rows("SELECT %(n)s::int + 10001", {"n": number}) for number in range(8)]
    assert found == [[(10_001 + number,)] for number in range(8)]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, ["SELECT $1::int + 10001"])
        assert cursor.fetchall() == [("SELECT $1::int + 10001", 8, 0)]


def test_statement_that_failed_runs_again_and_so_does_another_connection() -> None:
    sql = "SELECT 10003 / %(n)s::int"
    with pytest.raises(DataError), transaction.atomic():
        prepared.rows(sql, {"n": 0})
    assert prepared.rows(sql, {"n": 3}) == [(3334,)]
    others: list[list[tuple]] = []

    def elsewhere() -> None:
        others.append(prepared.rows(sql, {"n": 3}))
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert others == [[(3334,)]]


def test_log_of_queries_shows_the_values() -> None:
    with CaptureQueriesContext(connection) as log:
        assert prepared.rows("SELECT %(n)s::int + 10002", {"n": 7}) == [(10_009,)]
    assert [entry["sql"] for entry in log.captured_queries] == ["SELECT 7::int + 10002"]


def test_statement_works_on_after_a_rollback(alice: User) -> None:
    sql = "SELECT username FROM users WHERE id = %s"
    assert prepared.rows(sql, [alice.pk]) == [("alice",)]
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="alice", username_cased="alice", email="other@example.com")
    assert prepared.rows(sql, [alice.pk]) == [("alice",)]


def test_plan_for_all_values_opens_the_month_of_each(alice: User) -> None:
    """Months are left out when the statement runs, since its plan does not know the values."""
    tweet = make_tweet(alice)
    sql = "SELECT content FROM tweets WHERE id = %s AND created_at = %s"
    assert prepared.rows(sql, [tweet.pk, tweet.created_at]) == [(tweet.content,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT content %%'")
        name = cursor.fetchone()[0]
        cursor.execute(f"EXPLAIN EXECUTE {name} (%s, %s)", [tweet.pk, tweet.created_at])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Subplans Removed" in plan
    assert plan.count(" on tweets_") == 1
    assert f" on tweets_{tweet.created_at:%Y_%m}" in plan
