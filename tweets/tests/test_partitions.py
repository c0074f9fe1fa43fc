"""The months of tweets: made ahead, found again, and missed clearly."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from tweets import partitions
from tweets.management.commands import partitions as command
from tweets.models import Tweet
from tweets.partitions import MONTHS_AHEAD, keep_partitions_ahead, make_months, months
from twitterclone.lib.ids import id_at

pytestmark = pytest.mark.django_db


def facts() -> set[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), c.reloptions::text FROM pg_inherits i "
            "JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'tweets'::regclass"
        )
        return set(cursor.fetchall())


def drop(*names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE tweets DETACH PARTITION {name}")
            cursor.execute(f"DROP TABLE {name}")


def ahead() -> list[str]:
    return [f"tweets_{month:%Y_%m}" for month in months() if month > timezone.now().date()]


def test_this_month_and_the_next_four_are_there() -> None:
    now = timezone.now()
    assert date(now.year, now.month, 1) in months()
    assert len(ahead()) == MONTHS_AHEAD


def test_months_are_made_once_when_kept_ahead_twice() -> None:
    drop(*ahead()[2:])
    assert len(ahead()) == 2
    keep_partitions_ahead()
    made = facts()
    assert len(ahead()) == MONTHS_AHEAD
    keep_partitions_ahead()
    assert facts() == made


def test_months_of_the_library_and_of_history_are_alike() -> None:
    drop(*ahead())
    keep_partitions_ahead()
    by_library = facts()
    last = months()[-1]
    drop(*ahead())
    make_months(timezone.now().date(), last)
    assert facts() == by_library


def test_history_is_made_over_the_turn_of_a_year() -> None:
    make_months(date(2024, 11, 20), date(2025, 2, 1))
    assert months()[:4] == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]
    bounds = {name: bound for name, bound, _ in facts()}
    assert "FROM ('2024-12-01 00:00:00+00') TO ('2025-01-01 00:00:00+00')" in bounds["tweets_2024_12"]
    make_months(date(2024, 11, 20), date(2025, 2, 1))
    assert len(months()) == len(facts())


def test_room_is_left_in_every_page() -> None:
    make_months(date(2024, 11, 1), date(2024, 11, 1))
    assert {options for _, _, options in facts()} == {"{fillfactor=80}"}


@pytest.mark.parametrize(
    "moment",
    [datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 31, 23, 59, 59, 999000, tzinfo=UTC)],
)
def test_tweet_lies_in_its_month_when_it_is_at_the_edge(moment: datetime, alice: User) -> None:
    make_months(date(2024, 12, 1), date(2025, 2, 1))
    tweet = Tweet.objects.create(id=id_at(moment), author=alice, content="On the edge")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM tweets WHERE id = %s", [tweet.pk])
        assert cursor.fetchone() == ("tweets_2025_01",)


def test_missing_month_is_named_when_a_tweet_has_no_room(alice: User) -> None:
    old = id_at(datetime(1999, 12, 31, tzinfo=UTC))
    with (
        pytest.raises(IntegrityError, match='no partition of relation "tweets" found') as error,
        transaction.atomic(),
    ):
        Tweet.objects.create(id=old, author=alice, content="Too early")
    assert "1999-12-31" in str(error.value)


def test_command_says_what_there_is() -> None:
    out = StringIO()
    call_command("partitions", stdout=out)
    number, first, last = len(months()), months()[0], months()[-1]
    assert out.getvalue() == f"{number} months, {first:%Y-%m} to {last:%Y-%m}, 4 ahead.\n"


def test_command_fails_when_too_few_months_lie_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    drop(*ahead()[1:])
    monkeypatch.setattr(command, "keep_partitions_ahead", lambda: None)
    with pytest.raises(CommandError, match="Only 1 months lie ahead"):
        call_command("partitions", stdout=StringIO())


def test_command_makes_what_is_missing() -> None:
    drop(*ahead())
    call_command("partitions", stdout=StringIO())
    assert len(ahead()) == MONTHS_AHEAD


def test_library_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    partitions.keep_partitions_ahead()
    assert capsys.readouterr().out == ""
