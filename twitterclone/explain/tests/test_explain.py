"""`manage.py explain` on two seeded years: every hot query goes by its index, and opens few months."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from tweets.models import CounterDelta, Like, Tweet
from twitterclone.explain import report
from twitterclone.explain.queries import HotQuery
from twitterclone.explain.report import Verdict, explained, worsened
from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A town of two years, there for this module only."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed(Size(users=1500, tweets=20_000, seed=5, recent=0.1, told=2), Progress(StringIO()))
        yield
        transaction.set_rollback(True)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # other tests look at plans too: no dead rows, no old statistics


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_no_hot_query_reads_a_whole_table_or_months_in_vain(data_dir: Path) -> None:
    steps = CounterDelta.objects.count()
    verdicts = {verdict.name: verdict for verdict in explained()}
    assert {name: verdict.problem for name, verdict in verdicts.items() if verdict.problem} == {}
    assert len(verdicts) > 30
    assert verdicts["log-in by username"].indexes == ("users_username_hash",)
    assert verdicts["log-in by e-mail"].indexes == ("users_email_hash",)
    assert verdicts["tweet: access"].months == 1
    assert verdicts["fan-out: recipients"].rows > 0
    for gathered in ("bookmarks", "likes", "notifications", "search: own bookmarks"):
        assert verdicts[gathered].rows > 1, gathered  # of somebody who has such a thing
    assert all(verdict.statements for verdict in verdicts.values())
    assert CounterDelta.objects.count() == steps  # what was written is rolled back


def scan() -> list[Like]:
    return list(Like.objects.annotate(shifted=F("user_id") + 1).filter(shifted=7))


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (HotQuery("likes", scan), "reads all of likes"),
        (HotQuery("likes", scan, sifts=100), "reads all of likes"),
        (HotQuery("text", lambda: list(Tweet.objects.filter(content="no such words"))), "months, 3 would do"),
    ],
)
def test_command_fails_when_a_plan_is_bad(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, query: HotQuery, problem: str
) -> None:
    monkeypatch.setattr(report, "hot_queries", lambda _: [query])
    with pytest.raises(CommandError, match=problem):
        call_command("explain", stdout=StringIO())


def test_command_bears_a_query_that_means_to_look_through_so_many(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "hot_queries", lambda _: [HotQuery("likes", scan, sifts=1_000_000)])
    call_command("explain", stdout=StringIO())


def test_tables_that_changed_much_are_analysed_before_and_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "refresh_statistics", lambda: ["likes", "tweets_2026_11"])
    monkeypatch.setattr(report, "hot_queries", lambda _: [HotQuery("likes", scan, sifts=1_000_000)])
    err = StringIO()
    call_command("explain", stdout=StringIO(), stderr=err)
    assert "so they were now: likes, tweets_2026_11" in err.getvalue()


def test_report_says_what_got_worse_since_the_last_one(data_dir: Path) -> None:
    good = Verdict("home", 1, 2.0, 20, 40, 1, ("tweets_author",), "Index Scan(tweets)", "")
    assert report.write_report([good]) == []
    slow = replace(good, ms=40.0, shape="Seq Scan(tweets)")
    assert report.write_report([slow]) == ["home: 2.0 ms before, 40.0 ms now, by another way"]
    assert len(list((data_dir / "explain").glob("*.json"))) == 2
    before = [{"name": "home", "ms": 2.0, "shape": "", "problem": ""}]
    assert worsened(before, [replace(good, problem="reads all of tweets")]) == ["home: reads all of tweets"]
    assert worsened(before, [replace(good, ms=5.0)]) == []  # twice of nearly nothing is noise


def test_report_is_told_as_json_too(data_dir: Path) -> None:
    out = StringIO()
    call_command("explain", "--json", "--keep", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert {"name", "ms", "indexes", "problem"} <= set(told[0])
    assert json.loads(next((data_dir / "explain").glob("*.json")).read_text()) == told
