"""How far a long command is: a bar on a terminal, a line now and then elsewhere."""

from time import monotonic
from typing import Protocol

BAR = 32
EVERY = 10.0  # seconds between lines that nobody watches


class Stream(Protocol):
    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Progress:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._said = self._began = monotonic()

    def step(self, what: str) -> None:
        """Begins another part of the work."""
        self._write(f"{what} …\n")

    def count(self, done: int, total: int, what: str) -> None:
        """Tells how much of this part is done."""
        now = monotonic()
        if self._is_terminal:
            full = BAR * done // max(total, 1)
            bar = "█" * full + "░" * (BAR - full)
            end = "\n" if done >= total else ""
            self._write(f"\r{bar} {done:>10,} of {total:,} {what}, {now - self._began:.0f} s{end}")
        elif now - self._said > EVERY or done >= total:
            self._said = now
            self._write(f"{done:,} of {total:,} {what}, {now - self._began:.0f} s\n")

    @property
    def seconds(self) -> float:
        return monotonic() - self._began

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
