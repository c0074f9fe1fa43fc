"""Runs the site's processes: their lines interleaved and labelled, restarted when they die, all stopped."""

import contextlib
import os
import selectors
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ops import console, processes
from ops.journal import Journal
from ops.postgres import Postgres
from ops.valkey import Valkey

PATIENCE = 60.0  # seconds for the site to answer
GRACE = 5.0  # seconds a process has to end by itself
BACK_OFF = (1, 2, 5, 10, 30)  # seconds before a restart, by the number of deaths in a row
SILENCE = 0.5  # seconds without a line after which the start counts as over
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
STEADY = 60.0  # seconds after which a death no longer counts as one in a row


@dataclass
class Child:
    """One process of the site."""

    name: str
    argv: list[str | Path]
    counts: Path | None = None  # the folder of its figures: of this life of the process alone
    process: subprocess.Popen | None = None
    born: float = 0.0
    deaths: int = 0
    due: float = 0.0
    rest: bytes = b""


@dataclass
class Heart:
    """Asks for the site's health until it is good; gives up after a minute, or five bad answers."""

    health: Callable[[], int]
    born: float = field(default_factory=time.monotonic)
    bad: int = 0
    next: float = 0.0

    def beats(self) -> bool:
        """Whether the health is good; asked again only after a while when it was bad."""
        if time.monotonic() < self.next:
            return False
        status = self.health()
        if status not in (0, 200):
            self.bad, self.next = self.bad + 1, time.monotonic() + 1
        return status == 200

    def hopeless(self) -> bool:
        """Whether there is no sense in asking on."""
        return self.bad >= 5 or time.monotonic() - self.born > PATIENCE


@dataclass
class Supervisor:
    """Keeps children and servers alive until a signal says stop."""

    children: list[Child]
    servers: list[Postgres | Valkey]
    env: dict[str, str]
    cwd: Path
    log: Path
    stopping: int = 0
    ready: bool = False
    heard: float = 0.0
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def run(self, *, health: Callable[[], int], on_ready: Callable[[], None]) -> bool:
        """Start everything and stay; gives False when the site never became ready."""
        self._listen_to_signals()
        heart, self.heard = Heart(health), time.monotonic()
        self._journal = Journal(self.log, as_json=self.env.get("LOG_FORMAT") == "json")
        with contextlib.closing(self._journal):
            try:
                for child in self.children:
                    self._start(child)
                while not self.stopping:
                    self._pump(0.2)
                    if not self.ready:
                        if heart.hopeless() or any(child.deaths > 1 for child in self.children):
                            return False
                        if self._quiet() and heart.beats():
                            self.ready = True
                            on_ready()
                    self._revive()
                return True
            finally:
                self._stop()

    def _quiet(self) -> bool:
        """Whether the start's own messages are over, so that what `on_ready` says comes last."""
        return time.monotonic() - self.heard > SILENCE

    def _listen_to_signals(self) -> None:
        """Signals only raise a flag and wake the loop; a second one cuts the grace short."""
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, None)
        self._wakeup = (reader, writer)

        def stop(*_) -> None:
            self.stopping += 1

        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, stop)

    def _start(self, child: Child) -> None:
        child.born, child.due, child.rest = time.monotonic(), 0.0, b""
        child.process = processes.spawn(
            child.argv,
            env=self.env | {"PROCESS_ROLE": child.name} | _counting(child),
            cwd=self.cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        os.set_blocking(child.process.stdout.fileno(), False)
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _pump(self, seconds: float) -> None:
        """Hand on what the children say."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    key.fileobj.recv(4096)
            else:
                self._hear(key.data)

    def _hear(self, child: Child) -> None:
        if child.process.stdout.closed:
            return
        try:
            chunk = child.process.stdout.read(65_536)
        except OSError:
            chunk = b""
        if chunk:
            *lines, child.rest = (child.rest + chunk).split(b"\n")
            for line in lines:
                self._tell(child, line)
        elif chunk is not None:
            with contextlib.suppress(KeyError):
                self.selector.unregister(child.process.stdout)
            child.process.stdout.close()
            if child.rest:
                self._tell(child, child.rest)
                child.rest = b""

    def _tell(self, child: Child, line: bytes) -> None:
        self.heard = time.monotonic()
        text = line.decode(errors="replace").rstrip("\r")
        width = max(len(other.name) for other in self.children)
        console.say(f"{console.label(child.name, width, self.children.index(child))} {text}")
        self._journal.write(child.name, width, text)

    def _revive(self) -> None:
        """Notice the dead and start them again, later each time they die in a row."""
        for server in self.servers:
            if not self.stopping and server.process.poll() is not None:
                console.say(f"{type(server).__name__} ended by itself; starting it again.")
                server.clear_up()
                server.start()
            elif not self.stopping and isinstance(server, Postgres):
                server.tend()
        now = time.monotonic()
        for child in self.children:
            if child.due and now >= child.due:
                self._start(child)
            elif not child.due and child.process.poll() is not None:
                self._mourn(child, now)

    def _mourn(self, child: Child, now: float) -> None:
        self._hear(child)
        processes.end_group(child.process, grace=0)
        child.deaths = 1 if now - child.born > STEADY else child.deaths + 1
        wait = BACK_OFF[min(child.deaths, len(BACK_OFF)) - 1]
        child.due = now + wait
        console.say(f"{child.name} ended with status {child.process.returncode}; again in {wait} s.")

    def _stop(self) -> None:
        """Ask all at once, hear their last lines, then end what is left by force."""
        alive = [child for child in self.children if child.process and child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        deadline, signals = time.monotonic() + GRACE, self.stopping
        while any(child.process.poll() is None for child in alive):
            if time.monotonic() > deadline or self.stopping > max(signals, 1):
                break
            self._pump(0.05)
        for child in self.children:
            if child.process:
                processes.end_group(child.process, grace=0)
                child.process.stdout.close()
        signal.set_wakeup_fd(-1)
        for end in self._wakeup:
            end.close()
        self.selector.close()


def _counting(child: Child) -> dict[str, str]:
    """Where the child and what it forks count, emptied: what a former life left would be added."""
    if child.counts is None:
        return {}
    shutil.rmtree(child.counts, ignore_errors=True)
    child.counts.mkdir(parents=True, mode=0o700)
    return {COUNTS: str(child.counts)}
