"""The backend of the database."""

import pytest
from django.db import DataError, connection, transaction
from django_prometheus.db import connections_total, errors_total, execute_total
from prometheus_client import Counter

from twitterclone.lib import prepared

pytestmark = pytest.mark.django_db


def value(counter: Counter) -> float:
    return float(counter.labels(connection.alias, connection.vendor)._value.get())


def test_statements_of_both_kinds_are_counted() -> None:
    before = value(execute_total)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    prepared.rows("SELECT 2", ())
    assert value(execute_total) - before == 2


@pytest.mark.django_db(transaction=True)
def test_connections_are_counted_and_share_one_class_of_cursors() -> None:
    before, classes = value(connections_total), set()
    for _ in range(3):
        connection.close()
        connection.ensure_connection()
        classes.add(connection.get_connection_params()["cursor_factory"])
    assert value(connections_total) - before == 3
    assert len(classes) == 1


def test_refused_statements_are_counted_by_what_was_wrong() -> None:
    counter = errors_total.labels(connection.alias, connection.vendor, "DivisionByZero")
    before = counter._value.get()
    with pytest.raises(DataError), transaction.atomic():
        prepared.rows("SELECT 1 / %s::int", (0,))
    assert counter._value.get() - before == 1


def test_broken_transaction_runs_no_prepared_statement() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            prepared.rows("SELECT 1", ())


@pytest.mark.django_db(transaction=True)
def test_taken_connection_commits_by_itself_whatever_it_did_before() -> None:
    for _ in range(2):
        connection.ensure_connection()
        assert connection.connection.autocommit is True
        connection.set_autocommit(False)
        assert connection.connection.autocommit is False
        connection.close()
