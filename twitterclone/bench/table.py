"""The table, printed line by line while rows come."""

from collections.abc import Sequence
from typing import Protocol

from twitterclone.bench.rows import Row

TITLE, REFERENCE = 50, 36
HEAD = (
    f"{'goal':>5} {'what':<{TITLE}} {'figure':>12} {'unit':<8} {'limit or reference':<{REFERENCE}} "
    f"{'its figure':>11} {'ratio':>7} {'goal':>7} {'moon':>6} {'noise':>5}  result"
)


class Stream(Protocol):
    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Table:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._has_head = False

    def add(self, row: Row) -> None:
        if not self._has_head:
            self._has_head = True
            self._write(HEAD)
            self._write("-" * len(HEAD))
        self._write(line_of(row))

    def conclude(self, rows: Sequence[Row]) -> None:
        """What stands under the table."""
        asked = [row for row in rows if row.passed is not None]
        short = [row for row in asked if not row.passed]
        self._write("")
        self._write(f"{len(asked) - len(short)} of {len(asked)} goals passed, {len(rows)} rows.")
        if short:
            names = ", ".join(row.goal.id + (" (gated)" if row.is_missed else "") for row in short)
            self._write(f"Short: {names}")

    def say(self, text: str) -> None:
        self._write(text)

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


def line_of(row: Row) -> str:
    goal = row.goal
    limit = "" if goal.limit is None else f"{'>=' if goal.at_least else '<='}{goal.limit:g}"
    moon = "" if goal.moonshot is None else f"{goal.moonshot:g}"
    noise = "" if row.noise is None else f"{row.noise:.0%}"
    return (
        f"{goal.number:>5} {goal.title[:TITLE]:<{TITLE}} {figure(row.figure):>12} {goal.unit:<8} "
        f"{row.reference[:REFERENCE]:<{REFERENCE}} {figure(row.reference_figure):>11} "
        f"{figure(row.ratio):>7} {limit:>7} {moon:>6} {noise:>5}  {result_of(row)}"
    ).rstrip()


def result_of(row: Row) -> str:
    words = {None: "", True: "pass", False: "SHORT"}[row.passed]
    if row.is_moonshot:
        words = f"{words} moonshot".strip()
    if row.goal.gated:
        words += " (gated)"
    return f"{words}  {row.note}".strip()


def figure(value: float | None) -> str:
    """Three digits that matter."""
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"
