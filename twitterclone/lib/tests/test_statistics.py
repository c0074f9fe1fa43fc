"""The planner's figures are made true again where much changed, and only there."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection

from twitterclone.lib.statistics import MANY, refresh_statistics, stale_tables

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """A table of 10,000 rows of which PostgreSQL knows."""
    with connection.cursor() as cursor:
        # without autovacuum, which would be quicker now and then
        cursor.execute(
            "CREATE TABLE heap WITH (autovacuum_enabled = false) "
            "AS SELECT n FROM generate_series(1, 10000) AS n"
        )
    refresh_statistics()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE heap")


def fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO heap SELECT n FROM generate_series(1, %s) AS n", [rows])


def estimate() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'heap'")
        return int(cursor.fetchone()[0])


def test_table_of_which_a_good_part_changed_is_analysed() -> None:
    fill(6000)
    assert ("public", "heap") in stale_tables()
    assert "heap" in refresh_statistics()
    assert estimate() == 16_000
    assert "heap" not in refresh_statistics()


def test_table_of_which_little_changed_is_left_alone() -> None:
    fill(MANY + 900)
    assert "heap" not in refresh_statistics()
    assert estimate() == 10_000


def test_database_that_went_away_hides_nothing_that_is_to_be_said_of_it() -> None:
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert refresh_statistics() == []
    connection.close()
