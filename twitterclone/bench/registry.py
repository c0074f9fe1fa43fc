"""A case: a function that measures something and yields rows as they are found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench

Measure = Callable[[Bench], Iterator[Row]]


class Unknown(ValueError):
    """A name that no case has."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    about: str
    measure: Measure


def case(name: str) -> Callable[[Measure], Case]:
    """Makes the function a case of this name; its docstring's first line says what it is about.

    To be run it stands in `twitterclone.bench.cases.CASES`.
    """

    def make(function: Measure) -> Case:
        return Case(name, (function.__doc__ or "").partition("\n")[0], function)

    return make


def chosen(cases: Iterable[Case], names: Iterable[str] = ()) -> list[Case]:
    """The cases with these names, in their order; all for no name."""
    cases, names = list(cases), set(names)
    known = [found.name for found in cases]
    if unknown := names.difference(known):
        raise Unknown(f"No case is called {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    return [found for found in cases if found.name in names or not names]
