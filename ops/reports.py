"""What test runners left in JUnit's XML: how many passed and failed, and why the first ones failed."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

SHOWN = 5  # failures told in full
LINES = 14  # lines of each


@dataclass(frozen=True)
class Counts:
    """Tests by their outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        """The closing line."""
        return f"{self.passed} passed, {self.failed} failed" + (
            f", {self.skipped} skipped" if self.skipped else ""
        )


def cases(report: Path) -> list[ET.Element]:
    """The test cases of a report; none when the runner died before writing it."""
    try:
        return list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError):
        return []


def problem(case: ET.Element) -> ET.Element | None:
    """The failure or error of a case."""
    return next((part for part in case if part.tag in ("failure", "error")), None)


def count(report: Path) -> Counts:
    """The counts of one report."""
    found = cases(report)
    failed = sum(problem(case) is not None for case in found)
    skipped = sum(case.find("skipped") is not None and problem(case) is None for case in found)
    return Counts(len(found) - failed - skipped, failed, skipped)


def failures(report: Path) -> list[str]:
    """The failed tests as lines: each name with the end of its explanation."""
    lines: list[str] = []
    failed = [(case, problem(case)) for case in cases(report) if problem(case) is not None]
    for case, why in failed[:SHOWN]:
        place = "::".join(filter(None, (case.get("classname"), case.get("name"))))
        text = (why.text or why.get("message") or "").strip().splitlines()
        lines += [f"FAILED {place}", *(f"    {line}" for line in text[-LINES:])]
    lines += [f"FAILED {case.get('classname')}::{case.get('name')}" for case, _ in failed[SHOWN:20]]
    if len(failed) > 20:
        lines.append(f"… and {len(failed) - 20} more")
    return lines
