"""What checks of a site find, each with its fix; and the register that checks are chosen from by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar


class Severity(IntEnum):
    """How bad a finding is; what is better than a warning asks nobody to act."""

    OK = 0
    HINT = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in a line, and what repairs it. Never holds a secret."""

    text: str
    fix: str = ""
    severity: Severity = Severity.ERROR


def error(text: str, fix: str) -> Finding:
    return Finding(text, fix, Severity.ERROR)


def warning(text: str, fix: str) -> Finding:
    return Finding(text, fix, Severity.WARNING)


def hint(text: str, fix: str) -> Finding:
    return Finding(text, fix, Severity.HINT)


def fine(text: str) -> Finding:
    """What was looked at and is good, with its figure."""
    return Finding(text, "", Severity.OK)


class Unknown(Exception):
    """No check has that name."""


Function = TypeVar("Function", bound=Callable[..., Iterator[Finding]])


@dataclass(frozen=True, slots=True)
class Check(Generic[Function]):
    """A name like `postgres.version`, why anybody should care, what looks, and what must be good before."""

    name: str
    why: str
    run: Function
    needs: str = ""

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


class Register(Generic[Function]):
    """The checks of a command in the order in which their modules were imported."""

    def __init__(self) -> None:
        self._checks: dict[str, Check[Function]] = {}

    def check(self, name: str, why: str, *, needs: str = "") -> Callable[[Function], Function]:
        """Registers the function under a name of its own."""

        def register(function: Function) -> Function:
            if name in self._checks:
                raise ValueError(f"two checks are called {name}")
            self._checks[name] = Check(name, why, function, needs)
            return function

        return register

    def chosen(self, names: Iterable[str] = ()) -> list[Check[Function]]:
        """The checks of these names or groups, all without a name; Unknown for a name of none."""
        wanted = set(names)
        known = {name for check in self._checks.values() for name in (check.name, check.group)}
        if unknown := wanted - known:
            raise Unknown(f"No check is called {', '.join(sorted(unknown))}; --list names them.")
        return [check for check in self._checks.values() if not wanted or wanted & {check.name, check.group}]


def as_dict(finding: Finding) -> dict[str, Any]:
    """As JSON tells it."""
    return {"severity": str(finding.severity), "text": finding.text, "fix": finding.fix}
