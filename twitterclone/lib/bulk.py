"""What commands that do a thing thousands of times have in common: batches, a count, refusals by line."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import transaction

from twitterclone.lib import outbox
from twitterclone.lib.sheets import Problem, Row

MANY_EVENTS = 2000
PATIENCE = 30.0  # seconds

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """How far the work is; `line` is the last one that is done with."""

    done: int = 0
    already: int = 0  # was so before
    refused: int = 0
    line: int = 0


class Stopped(Exception):
    """A line was refused and no other was to be looked at; what came before it is done."""


@dataclass(slots=True)
class Work:
    """How a bulk service is to go about it, and whom it tells: of each refusal, and after each batch.

    A dry run does everything and takes it all back at its end. With `strict` the first refusal ends it, and
    lines are handled one by one, so that all before it are done and none behind it.
    """

    dry_run: bool = False
    strict: bool = False
    batch: int = 500
    refuse: Callable[[Problem], object] = lambda _: None
    tell: Callable[[Tally], object] = lambda _: None
    tally: Tally = field(default_factory=Tally)
    noted: list[Problem] = field(default_factory=list)

    def over(self, rows: Iterable[Row | Problem], handle: Callable[[list[Row]], None]) -> Tally:
        """Hands the rows on in batches, each in a transaction of its own; returns the tally at the end."""
        if not self.dry_run:
            self._run(rows, handle)
            return self.tally
        with transaction.atomic():
            self._run(rows, handle)
            transaction.set_rollback(True)
        return self.tally

    def _run(self, rows: Iterable[Row | Problem], handle: Callable[[list[Row]], None]) -> None:
        waits = not self.dry_run
        for batch in batches(rows, 1 if self.strict else self.batch):
            with transaction.atomic():
                handle([row for row in batch if isinstance(row, Row)])
            for problem in batch:
                if isinstance(problem, Problem):
                    self.note(problem)
            self._tell_noted()
            self.tally.line = batch[-1].line
            self.tell(self.tally)
            if waits:
                waits = breathe()

    def note(self, problem: Problem) -> None:
        """Counts a refusal, told in the order of the lines; raises Stopped when it is to be the last."""
        self.tally.refused += 1
        self.noted.append(problem)
        if self.strict:
            self._tell_noted()
            raise Stopped

    def _tell_noted(self) -> None:
        for problem in sorted(self.noted):
            self.refuse(problem)
        self.noted.clear()


def counted(number: int, one: str, many: str) -> str:
    """A figure with the word that fits it: 1 line, 2 lines."""
    return f"{number:,} {one if number == 1 else many}"


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def breathe() -> bool:
    """Waits while many events are open: whoever posts meanwhile should not wait behind thousands.

    For half a minute at most; False when they did not become fewer in it, so that nobody works on them.
    """
    begun, deadline = outbox.open_count(), time.monotonic() + PATIENCE
    waiting = begun
    while waiting > MANY_EVENTS and time.monotonic() < deadline:
        time.sleep(0.2)
        waiting = outbox.open_count()
    return waiting <= MANY_EVENTS or waiting < begun
