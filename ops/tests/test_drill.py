"""Drills: what is judged lost or doubled, what is written, and one small disaster for real."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ops.console import Refusal
from ops.drill import cases, report
from ops.drill.load import Acknowledged, judged
from ops.drill.registry import DRILLS, Outcome, chosen
from ops.paths import ROOT


def run(*arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "ops.drill", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip


@pytest.mark.unit
class TestJudging:
    acknowledged = [Acknowledged(1, "a", 0.0, 1), Acknowledged(2, "b", 1.0, 3)]

    def test_nothing_is_found_when_each_is_there_once(self) -> None:
        found = judged(self.acknowledged, {1: "a", 2: "b"})
        assert (found.lost, found.doubled, found.unasked) == ([], [], 0)

    def test_loss_is_found_when_another_answered_id_is_there(self) -> None:
        found = judged(self.acknowledged, {1: "a", 9: "b"})
        assert (found.lost, found.doubled, found.unasked) == ([2], [], 0)

    def test_double_is_found_when_a_key_is_there_twice(self) -> None:
        found = judged(self.acknowledged, {1: "a", 2: "b", 3: "b", 4: "c"})
        assert (found.lost, found.doubled, found.unasked) == ([], ["b"], 1)


@pytest.mark.unit
class TestReport:
    def test_outcome_fails_when_something_was_lost(self) -> None:
        assert Outcome(acknowledged=5, lost=1).passed is False
        assert Outcome(acknowledged=5, doubled=1).passed is False
        assert Outcome(acknowledged=5).passed is True

    def test_report_holds_every_field_when_written(self, tmp_path) -> None:
        outcome = Outcome(acknowledged=5, seconds=1.5, note="fine", figures={"kills": 3}, drill="a")
        report.write(tmp_path, [outcome])
        assert json.loads((tmp_path / "latest.json").read_text()) == [outcome.as_json()]
        assert outcome.as_json().keys() == {
            "drill", "acknowledged", "lost", "doubled", "seconds", "passed", "note", "figures",
        }  # fmt: skip
        assert report.line_of(outcome).endswith("pass  fine; kills 3")

    def test_drills_are_chosen_by_name(self) -> None:
        cases.load()
        assert [found.name for found in chosen(["worker-kill"])] == ["worker-kill"]
        assert [found.name for found in chosen()] == list(DRILLS)
        with pytest.raises(Refusal, match="nonsense"):
            chosen(["nonsense"])


@pytest.mark.flow
def test_nothing_is_lost_when_the_worker_is_killed(tmp_path) -> None:
    process = run("--tiny", "--out", str(tmp_path), "worker-kill")
    said, told = process.communicate(timeout=240)
    (found,) = json.loads((tmp_path / "latest.json").read_text())
    assert (found["lost"], found["doubled"], found["passed"]) == (0, 0, True), said + told
    assert found["acknowledged"] == len((tmp_path / "log/worker-kill/posts.txt").read_text().splitlines())
    assert process.returncode == 0


@pytest.mark.flow
def test_what_there_is_is_written_when_interrupted(tmp_path) -> None:
    process = run("--tiny", "--out", str(tmp_path), "worker-kill")
    while not (tmp_path / "log/worker-kill/postgres.log").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in said
    assert json.loads((tmp_path / "latest.json").read_text()) == []
