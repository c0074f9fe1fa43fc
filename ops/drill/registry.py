"""A drill: a function that gets a stage, breaks something on it, and yields what came of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from ops.console import Refusal
from ops.drill.stage import Stage


class NotRun(Exception):
    """Something that a drill needs is not on this machine; the text says what."""


@dataclass
class Outcome:
    """What came of a disaster. `passed` of None: it did not take place."""

    acknowledged: int = 0  # writes that were answered with success
    lost: int = 0  # of these, those that are not there any more
    doubled: int = 0  # writes that are there more than once
    seconds: float = 0.0  # until all was well again; the note says what that means here
    passed: bool | None = True
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    drill: str = ""  # set by the runner

    def __post_init__(self) -> None:
        if self.lost or self.doubled:
            self.passed = False

    def as_json(self) -> dict[str, Any]:
        return {"drill": self.drill} | {
            name: value for name, value in asdict(self).items() if name != "drill"
        }


Run = Callable[[Stage], Iterable[Outcome]]


@dataclass(frozen=True)
class Drill:
    name: str
    shows: str
    run: Run


DRILLS: dict[str, Drill] = {}


def drill(name: str, shows: str) -> Callable[[Run], Run]:
    """Makes the function the drill of this name; `shows` says in a line what it proves."""

    def register(run: Run) -> Run:
        if name in DRILLS:
            raise ValueError(f"Two drills are called {name}")
        DRILLS[name] = Drill(name, shows, run)
        return run

    return register


def chosen(names: Iterable[str] = ()) -> Iterator[Drill]:
    """The drills with these names, in their order; all for no name."""
    names = set(names)
    if unknown := names.difference(DRILLS):
        known = ", ".join(sorted(DRILLS))
        raise Refusal(f"No drill is called {', '.join(sorted(unknown))}; there are {known}.")
    return (found for found in DRILLS.values() if found.name in names or not names)
