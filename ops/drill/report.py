"""The table, line by line, and `latest.json`."""

import json
from collections.abc import Sequence
from pathlib import Path

from ops.console import in_colour, say
from ops.drill.registry import Outcome

HEAD = f"{'drill':<20} {'acknowledged':>12} {'lost':>6} {'doubled':>7} {'seconds':>8}  result"
WORDS = {True: "pass", False: "FAILED", None: "not run"}
COLOURS = {True: 32, False: 31, None: 33}


def head() -> None:
    say(HEAD)
    say("-" * len(HEAD))


def add(outcome: Outcome) -> None:
    say(line_of(outcome, coloured=in_colour()))


def line_of(outcome: Outcome, *, coloured: bool = False) -> str:
    word = WORDS[outcome.passed]
    if coloured:
        word = f"\x1b[{COLOURS[outcome.passed]}m{word}\x1b[0m"
    figures = ", ".join(f"{name} {_short(value)}" for name, value in outcome.figures.items())
    told = "; ".join(part for part in (outcome.note, figures) if part)
    return (
        f"{outcome.drill:<20} {outcome.acknowledged:>12,} {outcome.lost:>6,} {outcome.doubled:>7,}"
        f" {outcome.seconds:>8.2f}  {word}  {told}"
    ).rstrip()


def write(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    """Keeps what came of the drills; whole, or not at all."""
    path = folder / "latest.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps([outcome.as_json() for outcome in outcomes], indent=1) + "\n")
    draft.replace(path)
    return path


def conclude(outcomes: Sequence[Outcome]) -> None:
    """What stands under the table."""
    counts = {word: sum(WORDS[found.passed] == word for found in outcomes) for word in WORDS.values()}
    say()
    say(", ".join(f"{count} {word}" for word, count in counts.items() if count) or "Nothing was run.")


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
