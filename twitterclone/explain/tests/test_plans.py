"""Which tables read from end to end are a fault: what no index leads to, and what is large."""

import pytest
from django.db import connection

from twitterclone.explain.plans import BIG, SMALL, Plan, plan_of, table_sizes

pytestmark = pytest.mark.django_db

LARGE = 60_000  # rows


def table(rows: int, *, is_indexed: bool) -> None:
    """One row in twelve is of each kind, and every page has some: a small table is well read whole."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE heap (n bigint, kind int, filling text)")
        cursor.execute(
            "INSERT INTO heap SELECT n, n %% 12, repeat('x', 300) FROM generate_series(1, %s) AS n", [rows]
        )
        if is_indexed:
            cursor.execute("CREATE INDEX heap_kind ON heap (kind)")
        cursor.execute("ANALYZE heap")


def plan() -> Plan:
    with connection.cursor() as cursor:
        # so that it does, whatever the server is told
        cursor.execute("SET LOCAL random_page_cost = 8; SET LOCAL enable_bitmapscan = off")
    return plan_of("SELECT sum(n) FROM heap WHERE kind = %s", [7], table_sizes())


def test_small_table_may_be_read_whole_though_an_index_leads_there() -> None:
    table(BIG + 1000, is_indexed=True)
    assert "Seq Scan(heap)" in plan().shape
    assert plan().scans == ()


@pytest.mark.parametrize("rows", [BIG + 1000, LARGE])
def test_missing_index_is_a_fault(rows: int) -> None:
    table(rows, is_indexed=False)
    assert plan().scans == ("heap",)


def test_table_of_a_few_rows_needs_no_index() -> None:
    table(BIG - 1000, is_indexed=False)
    assert plan().scans == ()


def test_large_table_is_not_read_whole_whatever_leads_there() -> None:
    table(LARGE, is_indexed=True)
    assert table_sizes()["heap"].pages >= SMALL
    assert plan().scans == ("heap",)


def test_planner_is_as_it_was_after_the_look_for_an_index() -> None:
    table(BIG + 1000, is_indexed=True)
    plan()
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone()[0] == "on"
