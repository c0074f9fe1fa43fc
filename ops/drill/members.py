"""One process of the site in a drill: killed, started again, paused, ended as an operator would."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import redis

from ops import processes
from ops.paths import ROOT
from twitterclone.lib.sentinels import watched

PATIENCE = 90.0


def connected(url: str, patience: float = 2) -> redis.Redis:
    """A client of the server, or of whichever the sentinels of the URL name."""
    options: dict[str, Any] = {"socket_timeout": patience, "socket_connect_timeout": patience}
    if found := watched(url):
        return redis.Redis(connection_pool=found.pool(**options))
    return redis.Redis.from_url(url, **options)


class NotStarted(RuntimeError):
    """A process ended, or said nothing, before it was ready."""


class Member:
    """A process, with all it starts. This one counts as ready while it runs; others know better."""

    def __init__(self, argv: list, env: dict[str, str], log: Path, *, cwd: Path = ROOT) -> None:
        self.argv, self.env, self.log, self.cwd = argv, env, log, cwd
        self.process: subprocess.Popen | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        return self.runs

    def start(self, *, wait: bool = True) -> None:
        """Starts it; returns when it is ready, or at once."""
        with self.log.open("ab") as log:
            self.process = processes.spawn(self.argv, cwd=self.cwd, env=self.env, stdout=log, stderr=log)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Returns when it is ready."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if not self.runs or time.monotonic() > deadline:
                raise NotStarted(f"{self.log.name}: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of it and of all it started."""
        if self.process:
            processes.kill_group(self.process)
            self.process = None

    def stop(self, grace: float = 10) -> None:
        """Ends it as an operator would (SIGTERM), by force when that takes too long."""
        if self.process:
            self.signal(signal.SIGCONT)
            processes.end_group(self.process, grace=grace)
            self.process = None

    def restart(self) -> None:
        """Ends it gently and starts it again."""
        self.stop()
        self.start()

    def pause(self) -> None:
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, signum: int) -> None:
        """Sends a signal to it and all it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signum)


class Server(Member):
    """Answers on a port; ready when its health is good."""

    def __init__(self, argv: list[str], env: dict[str, str], log: Path, port: int) -> None:
        super().__init__(argv, env, log)
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        peer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            peer.request("GET", "/health/")
            return self.runs and peer.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            peer.close()


class Worker(Member):
    """A Celery worker; ready when another client than those of before waits for the broker's queues."""

    def start(self, *, wait: bool = True) -> None:
        self._known = {found["id"] for found in self._clients()}
        super().start(wait=wait)

    def is_ready(self) -> bool:
        waiting = (found for found in self._clients() if found["cmd"] == "brpop")
        return self.runs and any(found["id"] not in self._known for found in waiting)

    def _clients(self) -> list[dict[str, str]]:
        url = self.env.get("REDIS_BROKER_URL") or self.env["REDIS_URL"]
        with contextlib.suppress(redis.RedisError), connected(url) as broker:
            return broker.client_list()
        return []
