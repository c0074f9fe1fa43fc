"""One measured line: a figure, what it was measured against, and what is asked of it."""

from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

Kind = Literal["wall", "cpu", "bytes", "exponent"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked: `limit` and `moonshot` of the ratio to the reference, or by `of` of the figure.

    Without a limit the row only reports. `gated` ones decide the exit status; wall-clock times of a shared
    machine never do.
    """

    id: str
    title: str
    unit: str
    kind: Kind
    number: str = ""
    limit: float | None = None
    moonshot: float | None = None
    of: Literal["ratio", "figure"] = "ratio"
    at_least: bool = False
    gated: bool = False

    def reached(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


@dataclass(frozen=True, slots=True)
class Row:
    """What was found. `noise` is the spread of the rounds: (greatest - least) / median of what is judged."""

    goal: Goal
    figure: float
    reference: str = ""
    reference_figure: float | None = None
    ratio: float | None = None
    noise: float | None = None
    note: str = ""
    points: tuple[tuple[float, float], ...] = ()  # of a growth curve
    axis: str = ""

    @property
    def judged(self) -> float:
        """The number that the goal is about."""
        return self.ratio if self.goal.of == "ratio" and self.ratio is not None else self.figure

    @property
    def passed(self) -> bool | None:
        """Whether the goal is reached; None when nothing is asked."""
        return None if self.goal.limit is None else self.goal.reached(self.judged, self.goal.limit)

    @property
    def is_moonshot(self) -> bool:
        return self.goal.moonshot is not None and self.goal.reached(self.judged, self.goal.moonshot)

    @property
    def is_missed(self) -> bool:
        """Whether the run as a whole fails for it."""
        return self.goal.gated and self.passed is False

    def as_json(self) -> dict[str, Any]:
        goal = self.goal
        return {
            "id": goal.id,
            "number": goal.number,
            "title": goal.title,
            "kind": goal.kind,
            "figure": _known(self.figure),
            "unit": goal.unit,
            "reference": self.reference_figure,
            "reference_name": self.reference,
            "ratio": _known(self.ratio),
            "judged": goal.of,
            "direction": ">=" if goal.at_least else "<=",
            "goal": goal.limit,
            "moonshot": goal.moonshot,
            "passed": self.passed,
            "moonshot_passed": None if goal.moonshot is None else self.is_moonshot,
            "gated": goal.gated,
            "noise": self.noise,
            "note": self.note,
            "points": [list(point) for point in self.points],
            "axis": self.axis,
        }


def _known(value: float | None) -> float | None:
    """JSON has no word for what could not be measured but null."""
    return None if value is None or isnan(value) else value
