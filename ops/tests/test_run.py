"""`make run` for real: first start, second start, kill -9, stop."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import processes, servers, site
from ops.paths import ROOT, Layout

pytestmark = [pytest.mark.flow, pytest.mark.slow]

GIVEN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "TEST_REDIS_PREFIX", "DATA_DIR")
PATIENCE = 180


class Run:
    """A site started with make in a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.place = Layout(folder / "var")
        self.port = servers.free_port()
        kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
        kept = {name: value for name, value in kept.items() if not name.startswith(("MAKE", "MFLAGS"))}
        self.env = kept | {
            "DATA_DIR": str(self.place.data),
            "PORT": str(self.port),
            "PYTHON": sys.executable,
        }
        self.output = folder / "output"

    def make(self, *argv: str, **options: object) -> subprocess.CompletedProcess:
        options = {"capture_output": True, "text": True} | options
        return subprocess.run(["make", *argv], check=False, cwd=ROOT, env=self.env, **options)

    def start(self) -> float:
        """Start in the background until it is ready; gives the seconds it took."""
        begun = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "run"], cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT
            )
        while "Ready: " not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()[-3000:]
            assert time.monotonic() - begun < PATIENCE, self.output.read_text()[-3000:]
            time.sleep(0.1)
        return time.monotonic() - begun

    def family(self) -> list[int]:
        """Every process of the site."""
        pids = processes.marked(f"{site.MARK}={self.place.data}")
        home = self.place.data / "servers"
        home = home.readlink() if home.is_symlink() else self.place.data
        pids += processes.working_in(home / "postgres") + processes.working_in(home / "valkey")
        return [*pids, json.loads((self.place.run / "site.json").read_text())["pid"]]

    def count_people(self) -> int:
        done = self.make("psql", "ARGS=-At", input="SELECT count(*) FROM users")
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    def status(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    folder = Path(tempfile.mkdtemp(prefix="twitterclone run "))
    folder.chmod(0o755)
    mine = Run(folder)
    mine.start()
    yield mine
    mine.make("stop")
    mine.process.wait()
    home = mine.place.data / "servers"
    if home.is_symlink():
        shutil.rmtree(home.readlink())
    shutil.rmtree(folder)


def test_first_start_ends_with_logins_and_address_when_nothing_was_there(run):
    said = run.output.read_text()
    logins = run.place.demo_logins.read_text().strip()
    assert logins in said
    assert said.index(logins) < said.index(f"Ready: http://127.0.0.1:{run.port}\n")
    assert run.place.demo_logins.stat().st_mode & 0o777 == 0o600
    assert run.status("/health/") == 200
    assert run.count_people() > 0


def test_second_start_is_refused_in_one_line_when_one_runs(run):
    done = run.make("run")
    assert done.returncode == 1
    assert f"already running at http://127.0.0.1:{run.port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_manage_reaches_the_running_site_when_asked(run):
    done = run.make("manage", "ARGS=showmigrations --plan")
    assert done.returncode == 0
    assert "[ ]" not in done.stdout


def test_site_recovers_with_its_data_when_everything_was_killed(run):
    before, family = run.count_people(), run.family()
    assert len(family) >= 6
    processes.signal_all([run.process.pid, *family], signal.SIGKILL)
    run.process.wait()
    run.start()
    assert not set(family) & set(run.family())
    assert run.count_people() == before


def test_site_recovers_when_only_the_supervisor_was_killed(run):
    processes.signal_all([run.family()[-1]], signal.SIGKILL)
    run.process.wait()
    run.start()
    assert run.status("/health/") == 200


def test_nothing_is_left_and_the_next_start_is_quick_when_stopped(run):
    family, begun = run.family(), time.monotonic()
    done = run.make("stop")
    assert (done.returncode, done.stdout) == (0, "Stopped.\n")
    assert time.monotonic() - begun < 10
    assert not any(map(processes.is_alive, family))
    assert run.process.wait() == 0
    assert run.start() < 20  # 10 on a quiet machine
    assert "Loading the demo data" not in run.output.read_text()
