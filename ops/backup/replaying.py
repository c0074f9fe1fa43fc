"""How far a recovery is, read from its server's log; and whether it still gets on."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops.backup.progress import Progress
from ops.console import Refusal

PATIENCE = 300.0  # seconds without anything new in the log after which nothing more is to be expected
SILENT = ("checkpoint starting", "selected new timeline")  # what comes next says nothing until it is done
_CLIENTS = re.compile(r"FATAL:|DETAIL:")  # our own asking whether it answers yet
_STAMPS = re.compile(r"^.*?LOG:\s*|elapsed time: [\d.]+ s,? ?")


@dataclass
class Replay:
    """To be called while the server starts: tells how far it is, refuses when it does not get on any more.

    Each line of the log that was not there in the same words before counts as a step: a recovery that waits
    for what will never come says the same again and again.
    """

    log: Path
    progress: Progress
    patience: float = PATIENCE
    said: str = "starting"
    _seen: set[str] = field(default_factory=set)
    _offset: int = 0
    _moved: float = field(default_factory=time.monotonic)

    def __call__(self) -> None:
        self._read()
        self.progress.tell(self.said)
        waited = time.monotonic() - self._moved
        if waited > self.patience and not self.said.startswith(SILENT):
            raise Refusal(
                f"The recovery does not get on: for {waited:.0f} s nothing new after “{self.said}”. "
                f"{self.log} has all it said."
            )

    def _read(self) -> None:
        with self.log.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            words = _STAMPS.sub("", line).strip()
            if words and not _CLIENTS.search(line) and words not in self._seen:
                self._seen.add(words)
                self.said, self._moved = words, time.monotonic()
