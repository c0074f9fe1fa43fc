"""A whole site for a test: server, worker and beat as real processes on the test's database and Redis."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

METRICS_TOKEN = "only-for-this-site-0123456789"
PATIENCE = 30  # seconds for a process to be ready


class Site:
    """Web on a free port, a Celery worker with beat inside. Any of them can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen] = {}

    @property
    def environment(self) -> dict[str, str]:
        parts = urlsplit(os.environ.get("DATABASE_URL", "postgresql://127.0.0.1:5432/twitterclone"))
        database = urlunsplit(parts._replace(path="/" + quote(connection.settings_dict["NAME"])))
        return {
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "twitterclone.settings.flow",
            "TEST_REDIS_PREFIX": settings.REDIS_PREFIX,
            "PYTEST_XDIST_WORKER": "",
            "SITE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "PYTHONWARNINGS": "ignore",
            "METRICS_TOKEN": METRICS_TOKEN,
            "PGAPPNAME": "site",
        }

    def start(self) -> None:
        """Starts both at once, and waits until each is ready."""
        self._spawn_web()
        self._spawn_worker()
        self._await_web()
        self._await_worker()

    def start_web(self) -> None:
        self._spawn_web()
        self._await_web()

    def start_worker(self) -> None:
        self._spawn_worker()
        self._await_worker()

    def _spawn_web(self) -> None:
        arguments = ["uvicorn", "--port", str(self.port), "--lifespan", "off", "--log-level", "warning"]
        self._spawn("web", [*arguments, "twitterclone.asgi:application"])

    def _await_web(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/health/", timeout=2).close()
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(self.log("web"))

    def _spawn_worker(self) -> None:
        """Starts worker and beat; their first sweep notes the server it saw."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outbox_state SET timelines_run_id = ''")
        schedule = self.folder / "schedule"
        queues = "outbox,fanout,fanout-big,default,mail,media"
        arguments = ["celery", "-A", "twitterclone", "worker", "-B", "-Q", queues]
        self._spawn("worker", [*arguments, "-c", "2", "-l", "warning", "-s", str(schedule)])

    def _await_worker(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute("SELECT timelines_run_id FROM outbox_state")
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.1)
        raise RuntimeError(self.log("worker"))

    def figures(self) -> str:
        """What /metrics answers to an operator."""
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/metrics", headers=headers)) as answer:
            return answer.read().decode()

    def pause(self) -> None:
        """Halts both where none is within a transaction: whoever empties the tables then waits for nobody."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._signal_all(signal.SIGSTOP)
            if not _is_busy():
                return
            self._signal_all(signal.SIGCONT)
            time.sleep(0.02)
        raise RuntimeError("The site is never at rest.")

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, signum: int) -> None:
        for name in self.processes:
            self.signal(name, signum)

    def stop(self) -> None:
        for name in list(self.processes):
            self.end(name, signal.SIGTERM)

    def end(self, name: str, signum: int = signal.SIGKILL) -> None:
        """Ends a process and all it started; with SIGKILL, as a power cut would."""
        process = self.processes.pop(name)
        try:
            os.killpg(process.pid, signum)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what the leader left behind
        process.wait()

    def signal(self, name: str, signum: int) -> None:
        """Sends a signal to a process and all it started."""
        os.killpg(self.processes[name].pid, signum)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]

    def _spawn(self, name: str, arguments: list[str]) -> None:
        counts = self.folder / "metrics" / name
        shutil.rmtree(counts, ignore_errors=True)
        counts.mkdir(parents=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=settings.BASE_DIR,
                env=self.environment | {"PROMETHEUS_MULTIPROC_DIR": str(counts)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """The site, running; its processes end with the test."""
    running = Site(tmp_path)
    running.start()
    yield running
    running.stop()
    end_sessions()


def _is_busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'site' AND state <> 'idle'"
        )
        return cursor.fetchone() is not None


def end_sessions() -> None:
    """PostgreSQL notices a killed client late, and the test's database cannot be dropped until then."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'site'"
            )
            if not cursor.fetchall():
                return
            time.sleep(0.05)
