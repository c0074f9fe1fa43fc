"""Runs the checks one after another, in little memory, and keeps what they found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic

from django.db import DatabaseError, OperationalError

from twitterclone.lib.findings import Check, Finding, Severity, error
from twitterclone.verifying import counting, files, ids, keys, models, months, pages, twins, waiting
from twitterclone.verifying.walking import SHOWN, Look, checks

MODULES = (
    models,
    months,
    twins,
    keys,
    counting,
    ids,
    waiting,
    files,
    pages,
)  # imported, they register their checks


@dataclass(slots=True)
class Outcome:
    """What was found by check; of each a hundred findings at most, and whether there were more."""

    rows: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is to be repaired."""
        return all(each.severity < Severity.WARNING for found in self.findings.values() for each in found)


def verify(
    names: Iterable[str] = (),
    look: Look | None = None,
    found: Callable[[str, Finding], object] = lambda *_: None,
) -> Outcome:
    """Runs the checks of these names (all without a name) and counts the rows of every table.

    Writes nothing. `found` hears of each finding when it is found. A check stops after a hundred findings:
    what is broken so often is not repaired line by line. One that breaks off, as when a table is gone, is a
    finding itself, and the others go on; that the database is gone is raised.
    """
    look = look or Look()
    outcome, begun = Outcome(), monotonic()
    chosen = checks.chosen(names)
    if not names:
        outcome.rows = counting.row_counts(look)
    for check in chosen:
        findings = _to_the_end(check, look)
        outcome.findings[check.name] = []
        for finding in islice(findings, SHOWN):
            outcome.findings[check.name].append(finding)
            found(check.name, finding)
        if len(outcome.findings[check.name]) == SHOWN and next(findings, None):
            outcome.cut.add(check.name)
    outcome.seconds = round(monotonic() - begun, 1)
    return outcome


def _to_the_end(check: Check[Callable[[Look], Iterator[Finding]]], look: Look) -> Iterator[Finding]:
    try:
        yield from check.run(look)
    except OperationalError:
        raise
    except DatabaseError as failure:
        text = f"could not look at all of it: {str(failure).splitlines()[0]}"
        yield error(text, "mend what tables, schema and pages find, then look again")
