"""One Valkey 9 of our own: started, recovered after a crash, stopped."""

import contextlib
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops import processes
from ops.accounts import Account, hand_over, own_folder
from ops.console import Refusal, disk_full, say

PATIENCE = 60.0  # seconds for a start; a large append-only file takes time to load

CONFIGURATION = """\
# Written anew at every start; put your own settings into local.conf beside this file.
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
dir ./
daemonize no
appendonly {durable}
appendfsync everysec
aof-use-rdb-preamble yes
save {points}
maxmemory-policy noeviction
{settings}
include local.conf
"""


@dataclass
class Valkey:
    """A server whose data lives in `home`/valkey."""

    home: Path
    program: Path
    port: int
    log: Path
    password: str
    account: Account | None = None
    throwaway: bool = False
    settings: str = ""  # more lines of configuration
    process: subprocess.Popen | None = None

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers."""
        own_folder(self.data, self.account)
        self._configure()
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [self.program, "valkey.conf"], account=self.account, cwd=self.data, stdout=log, stderr=log
            )
        self._wait()

    def stop(self, grace: float = 5.0) -> None:
        """Stop after writing what is in memory; by force if that takes too long."""
        if self.process:
            processes.end_group(self.process, grace=grace)
            self.process = None

    def kill(self) -> None:
        """End it at once, as a power cut would; `start` loads what it had written."""
        if self.process:
            processes.kill_group(self.process)
            self.process = None

    def clear_up(self) -> None:
        """After kill -9: end one that still runs in our folder."""
        orphans = processes.working_in(self.data)
        if orphans:
            say("Valkey is still running from the last time; stopping it.")
            processes.end(orphans, grace=10)

    def _configure(self) -> None:
        text = CONFIGURATION.format(
            port=self.port,
            password=self.password,
            durable="no" if self.throwaway else "yes",
            settings=self.settings,
            points='""' if self.throwaway else "3600 1 300 100 60 10000",
        )
        (self.data / "local.conf").touch(exist_ok=True)
        path = self.data / "valkey.conf"
        path.unlink(missing_ok=True)
        path.write_text(text)
        hand_over(path, self.account)
        hand_over(self.data / "local.conf", self.account)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None:
                raise Refusal(self._why())
            if time.monotonic() > deadline:
                self.stop()
                raise Refusal(f"Valkey was not ready within {PATIENCE:.0f} s; see {self.log}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it takes the password and answers a PING (not while it is loading)."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as peer:
            peer.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                chunk = peer.recv(256)
                if not chunk:
                    return False
                answer += chunk
            return answer.endswith(b"+PONG\r\n")
        return False

    def _why(self) -> str:
        text = ""
        with contextlib.suppress(OSError):
            text = self.log.read_text(errors="replace")[-4000:]
        if disk_full(text):
            return "The disk is full: free some space and start again."
        lines = [line for line in text.splitlines() if line.strip()]
        return f"Valkey did not start: {lines[-1].strip() if lines else os.strerror(0)}"
