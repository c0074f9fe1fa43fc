"""The supervisor with real children: lines, deaths, signals, nothing left behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from ops import processes
from ops.paths import ROOT
from ops.supervisor import Child, Supervisor

pytestmark = pytest.mark.flow


@pytest.fixture(autouse=True)
def signals_restored():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def crew(tmp_path: Path, *codes: str) -> Supervisor:
    children = [Child(f"part{n}", [sys.executable, "-c", code]) for n, code in enumerate(codes)]
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    return Supervisor(children, [], env, ROOT, tmp_path / "site.log")


def terminate_us() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_lines_are_labelled_and_ready_comes_last_when_children_speak(tmp_path, capfd):
    mine = crew(
        tmp_path, "print('one'); import time; time.sleep(60)", "print('two'); import time; time.sleep(60)"
    )

    def ready() -> None:
        print("Ready", flush=True)
        terminate_us()

    assert mine.run(health=lambda: 200, on_ready=ready)
    lines = capfd.readouterr().out.splitlines()
    assert sorted(lines[:2]) == ["part0 | one", "part1 | two"]
    assert lines[2] == "Ready"
    assert "part0 | one" in (tmp_path / "site.log").read_text()


def test_child_is_started_again_when_it_dies(tmp_path, capfd):
    births = tmp_path / "births"
    code = (
        f"import time, pathlib; births = pathlib.Path({str(births)!r})\n"
        "births.write_text((births.read_text() if births.exists() else '') + 'x')\n"
        "time.sleep(0.2 if births.read_text() == 'x' else 60)"
    )
    mine = crew(tmp_path, "import time; time.sleep(60)", code)
    threading.Timer(3.5, terminate_us).start()
    assert mine.run(health=lambda: 200, on_ready=lambda: None)
    assert births.read_text() == "xx"
    assert "part1 ended with status 0; again in 1 s." in capfd.readouterr().out


def test_start_is_given_up_when_a_child_cannot_live(tmp_path):
    mine = crew(tmp_path, "raise SystemExit(3)")
    assert mine.run(health=lambda: 0, on_ready=lambda: None) is False


def test_start_is_given_up_when_health_stays_bad(tmp_path):
    mine = crew(tmp_path, "import time; time.sleep(60)")
    assert mine.run(health=lambda: 500, on_ready=lambda: None) is False
    assert mine.children[0].process.poll() is not None


def test_nothing_is_left_when_a_child_ignores_the_signal(tmp_path):
    pids = tmp_path / "pids"
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"os.fork(); open({str(pids)!r}, 'a').write(f'{{os.getpid()}} ')\n"
        "time.sleep(60)"
    )
    mine = crew(tmp_path, code)
    begun = time.monotonic()
    assert mine.run(health=lambda: 200 if len(pids.read_text().split()) == 2 else 0, on_ready=terminate_us)
    assert time.monotonic() - begun < 10
    family = [int(pid) for pid in pids.read_text().split()]
    deadline = time.monotonic() + 2  # the kernel takes a moment over a process that is not our child
    while any(map(processes.is_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(processes.is_alive, family))
