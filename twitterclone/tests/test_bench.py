"""The bench is able to run: every case, in a tiny world, once. What it finds there means nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from twitterclone.bench.cases import CASES
from twitterclone.bench.goals import GOALS
from twitterclone.bench.measure import Rounds, exponent, percentile
from twitterclone.bench.registry import Unknown, chosen
from twitterclone.bench.report import write
from twitterclone.bench.rows import Goal, Row
from twitterclone.bench.table import line_of

ONLY_LARGE = {"ack-100000"}
FIELDS = {
    "id",
    "figure",
    "unit",
    "reference",
    "ratio",
    "goal",
    "moonshot",
    "passed",
    "gated",
    "noise",
    "kind",
}


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_every_goal_has_its_row_when_all_cases_run_once(tmp_path: Path) -> None:
    parts = urlsplit(os.environ.get("DATABASE_URL", "postgresql://127.0.0.1:5432/twitterclone"))
    database = urlunsplit(parts._replace(path="/" + quote(connection.settings_dict["NAME"])))
    env = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "twitterclone.settings.bench",
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "WARNING",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "--size", "tiny", "--out", str(tmp_path)],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = json.loads((tmp_path / "latest.json").read_text())
    assert {row["id"] for row in rows} == set(GOALS) - ONLY_LARGE, done.stdout + done.stderr
    assert all(row.keys() >= FIELDS and isinstance(row["figure"], float | int) for row in rows)
    missed = [row["id"] for row in rows if row["gated"] and not row["passed"]]
    assert done.returncode == (1 if missed else 0), done.stderr
    assert "broke off" not in done.stdout
    assert "limit or reference" in done.stdout
    assert (tmp_path / "latest.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.unit
class TestRows:
    ask = Goal("a", "a thing", "us", "cpu", "1", limit=0.5, moonshot=0.2, gated=True)

    def test_goal_is_judged_by_the_ratio_when_there_is_a_reference(self) -> None:
        row = Row(self.ask, 30.0, "other", 100.0, 0.3)
        assert (row.passed, row.is_moonshot, row.is_missed) == (True, False, False)
        row = Row(self.ask, 60.0, "other", 100.0, 0.6)
        assert (row.passed, row.is_missed) == (False, True)
        assert "SHORT (gated)" in line_of(row)

    def test_goal_is_judged_by_the_figure_when_it_says_so(self) -> None:
        row = Row(Goal("b", "bytes", "B", "bytes", limit=24, of="figure"), 20.0, "other", 75.0, 0.27)
        assert row.passed
        assert row.judged == 20.0

    def test_more_is_better_when_the_goal_says_at_least(self) -> None:
        ask = Goal("c", "rate", "/s", "wall", limit=0.5, at_least=True)
        assert Row(ask, 1.0, "other", 1.0, 0.6).passed
        assert not Row(ask, 1.0, "other", 1.0, 0.4).passed

    def test_nothing_is_passed_or_missed_when_nothing_is_asked(self) -> None:
        row = Row(Goal("d", "report", "us", "cpu"), 1.0)
        assert (row.passed, row.is_missed) == (None, False)

    def test_ratio_that_could_not_be_measured_passes_nothing(self) -> None:
        assert Row(self.ask, 1.0, "other", 0.0, float("nan")).passed is False

    def test_report_holds_what_was_found_when_there_is_no_curve(self, tmp_path: Path) -> None:
        (tmp_path / "latest.png").write_bytes(b"old")
        assert write(tmp_path, [Row(self.ask, 30.0, "other", 100.0, 0.3)]) == [tmp_path / "latest.json"]
        assert [row["ratio"] for row in json.loads((tmp_path / "latest.json").read_text())] == [0.3]
        assert not (tmp_path / "latest.png").exists()


@pytest.mark.unit
class TestMeasuring:
    def test_ratio_is_the_median_of_the_rounds(self) -> None:
        rounds = Rounds()
        for ours, other in ((1, 10), (20, 100), (90, 100)):
            rounds.add("ours", ours)
            rounds.add("other", other)
        assert rounds.ratio("ours", "other") == pytest.approx(0.2)
        assert rounds.noise("ours", "other") == pytest.approx(0.8 / 0.2)

    def test_noise_is_unknown_when_there_was_one_round(self) -> None:
        rounds = Rounds()
        rounds.add("ours", 1)
        assert rounds.noise("ours") is None

    def test_exponent_is_the_power_of_the_curve(self) -> None:
        assert exponent([(10, 5), (100, 50), (1000, 500)]) == pytest.approx(1)
        assert exponent([(10, 5), (100, 5)]) == pytest.approx(0)
        assert exponent([(1, 3), (10, 300)]) == pytest.approx(2)

    def test_percentile_is_a_value_that_was_seen(self) -> None:
        assert percentile([3, 1, 2], 0.5) == 2
        assert percentile(range(100), 0.99) == 99


@pytest.mark.unit
def test_cases_are_chosen_by_name() -> None:
    assert [case.name for case in chosen(CASES, ["home", "posting"])] == ["posting", "home"]
    assert chosen(CASES) == list(CASES)
    assert all(case.about for case in CASES)
    with pytest.raises(Unknown, match="nonsense"):
        chosen(CASES, ["nonsense"])
