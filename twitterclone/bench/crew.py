"""The site's processes, started when a case needs them: workers, page servers, the socket server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

PATIENCE = 60
GRACE = 2  # nothing is lost with a worker: what it had to do is in the outbox
SITE = "twitterclone.wsgi:application"
BARE = "twitterclone.bench.bare:application"
CELERY = ["-W", "ignore", "-m", "celery", "--quiet", "-A", "twitterclone", "worker", "--loglevel", "warning"]


class NotStarted(RuntimeError):
    """A process ended before it was ready."""


class Process:
    """A process of the site, and those it started."""

    def __init__(self, arguments: list[str], env: dict[str, str], log: Path) -> None:
        self._log = log
        self.port = 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def pause(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        for signum in (signal.SIGCONT, signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)
            if signum == signal.SIGTERM:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(GRACE)
        self._process.wait()

    def check(self) -> None:
        if self._process.poll() is not None:
            raise NotStarted(self._log.read_text(errors="replace")[-2000:])


class Crew:
    """Starts each process once; all end with `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, Process] = {}

    def stop(self) -> None:
        while self._running:
            self._running.popitem()[1].stop()

    def end(self, name: str) -> None:
        if name in self._running:
            self._running.pop(name).stop()

    def worker(self, name: str = "worker", **env: str) -> Process:
        """Two processes that handle every queue but the media's, without beat: nothing happens by itself."""
        routes = settings.CELERY_TASK_ROUTES.values()
        queues = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in routes)} - {"media"}
        arguments = [*CELERY, "-Q", ",".join(sorted(queues)), "--concurrency", "2", "-n", f"{name}@%h"]
        return self._have(name, [*arguments, "--without-gossip", "--without-mingle"], env)

    def pages(self, application: str = SITE) -> Process:
        """One process that serves a WSGI application: the site's, or that of the references."""
        arguments = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2"]
        arguments += ["--log-level", "warning", "--no-ws", "--host", "127.0.0.1"]
        name = application.replace(":", ".")
        return self._serve(name, [*arguments, "--port", "{port}", application])

    def sockets(self, name: str = "sockets") -> Process:
        arguments = ["-m", "uvicorn", "--lifespan", "off", "--log-level", "warning", "--port", "{port}"]
        return self._serve(name, [*arguments, "twitterclone.bench.asgi:application"])

    def _serve(self, name: str, arguments: list[str]) -> Process:
        if name in self._running:
            return self._running[name]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = self._have(name, [part.format(port=port) for part in arguments], {})
        process.port = port
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            process.check()
            with suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2).close()
                return process
            time.sleep(0.05)
        raise NotStarted(f"{name} did not answer within {PATIENCE} s")

    def _have(self, name: str, arguments: list[str], env: dict[str, str]) -> Process:
        if name not in self._running:
            log = self._folder / f"{name}.log"
            self._running[name] = Process(arguments, self._environment() | env, log)
        return self._running[name]

    def _environment(self) -> dict[str, str]:
        """This process's own site, however it came to it."""
        found = connection.settings_dict
        where = f"{found['HOST']}:{found['PORT']}/{quote(found['NAME'])}"
        return os.environ | {
            "DATABASE_URL": f"postgresql://{quote(found['USER'])}:{quote(found['PASSWORD'])}@{where}",
            "DJANGO_SETTINGS_MODULE": "twitterclone.settings.bench",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(settings.DATA_DIR),
            "REDIS_PREFIX": settings.REDIS_PREFIX,
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
        }
