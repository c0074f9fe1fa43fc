"""Receives the log while it is written, so that no commit is answered before it lies in the backups too.

The server counts the receiver as a synchronous standby: while it is away, commits wait.
"""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops import processes
from ops.accounts import Account
from ops.console import Refusal

RECEIVER = "twitterclone_backup"
PATIENCE = 30.0


@dataclass
class Receiver:
    """pg_receivewal into `folder`, as a standby whose answer each commit waits for."""

    program: Path
    folder: Path
    log: Path
    account: Account | None = None
    process: subprocess.Popen | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, conninfo: str, env: dict[str, str]) -> None:
        """Starts it, making its slot when there is none; returns once it has begun to receive."""
        self.stop()
        where = f"{conninfo} application_name={RECEIVER}"
        argv = [self.program, "-D", self.folder, "-S", RECEIVER, "-d", where]
        options = {"cwd": "/", "account": self.account, "env": env}
        status, text = processes.output_of([*argv, "--create-slot", "--if-not-exists"], **options)
        if status:
            raise Refusal(f"The log cannot be received: {text.strip().splitlines()[-1]}")
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [*argv, "--synchronous", "--no-loop", "--status-interval=1"],
                **options, stdout=log, stderr=log,
            )  # fmt: skip
        begun = time.monotonic()
        while not any(self.folder.glob("*.partial")):
            if not self.runs:
                raise Refusal(f"The log is not received any more; see {self.log}")
            if time.monotonic() - begun > PATIENCE:
                return  # it waits for the first write
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process:
            processes.end_group(self.process, grace=5)
            self.process = None

    def kill(self) -> None:
        if self.process:
            processes.kill_group(self.process)
            self.process = None
