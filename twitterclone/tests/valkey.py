"""A Valkey of a test's own, that it may kill and start again."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ops import servers
from ops.bootstrap import site_packages
from tweets.timelines import fanout, reader
from twitterclone.lib import outbox, realtime
from twitterclone.lib import redis as clients


class OwnValkey:
    """Nothing on disk unless it `keeps_log`: what it knew is gone when it is killed."""

    options: tuple[str, ...] = ()

    def __init__(self, folder: Path, *, keeps_log: bool = False) -> None:
        self.keeps_log = keeps_log
        self.program = servers.valkey_program(None, site_packages(Path(sys.executable)))
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        options += ["--appendonly", "yes" if self.keeps_log else "no"]
        self.process = subprocess.Popen([self.program, *options, *self.options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("Valkey did not start")

    def freeze(self) -> None:
        """Takes connections and answers nobody."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def own_server(folder: Path, settings: Any, *, keeps_log: bool = False) -> Iterator[OwnValkey]:
    """Every role of Redis on a server that only this test uses."""
    server = OwnValkey(folder, keeps_log=keeps_log)
    server.start()
    settings.REDIS_ROLES = dict.fromkeys(settings.REDIS_ROLES, server.url)
    forget_clients()
    yield server
    if server.process is None:
        server.start()  # the fixtures that tidy up still talk to it
    forget_clients()
    server.kill()


@pytest.fixture
def own_valkey(tmp_path: Path, settings: Any) -> Iterator[OwnValkey]:
    with own_server(tmp_path, settings) as server:
        yield server


def forget_clients() -> None:
    clients.client.cache_clear()
    for breaker in (realtime._breaker, reader._breaker, outbox._breaker, fanout._breaker):
        breaker.reset()
