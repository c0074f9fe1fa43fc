"""Rounds, medians, fits; and the processor time that processes took, from the kernel and from Valkey."""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from math import log
from pathlib import Path
from statistics import median

from django.db import connection

from twitterclone.lib.redis import client

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Rounds:
    """What several sides gave, round by round: sides are taken in turn, so that a busy minute meets all."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = defaultdict(list)

    def add(self, side: str, value: float) -> None:
        self._values[side].append(value)

    def median(self, side: str) -> float:
        return median(self._values[side])

    def ratios(self, side: str, reference: str) -> list[float]:
        """Of each round; empty where the reference was too small to be measured."""
        pairs = zip(self._values[side], self._values[reference], strict=True)
        return [value / other for value, other in pairs if other > 0]

    def ratio(self, side: str, reference: str) -> float:
        """The median of the rounds' ratios."""
        found = self.ratios(side, reference)
        return median(found) if found else float("nan")

    def noise(self, side: str, reference: str = "") -> float | None:
        """How far the rounds lie apart: (greatest - least) / median."""
        return spread(self.ratios(side, reference) if reference else self._values[side])


def spread(values: Sequence[float]) -> float | None:
    """None for a single round, which says nothing of noise."""
    middle = median(values) if len(values) > 1 else 0.0
    return (max(values) - min(values)) / middle if middle else None


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line through the points' logarithms: 0 is constant, 1 is linear."""
    pairs = [(log(x), log(y)) for x, y in points if x > 0 and y > 0]
    if len(pairs) < 2:
        return 0.0
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    wide = sum((x - mean_x) ** 2 for x, _ in pairs)
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / wide if wide else 0.0


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def tree(pids: Iterable[int]) -> set[int]:
    """The processes and all they started that still live."""
    children: dict[int, list[int]] = defaultdict(list)
    for pid, fields in _stats():
        children[int(fields[1])].append(pid)
    found, waiting = set(), list(pids)
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children[pid]
    return found


def cpu_of(pids: Iterable[int]) -> float:
    """Seconds of processor, user and system, of the processes, all they started and all those that ended."""
    wanted = tree(pids)
    # after the command's name: state is 0, ppid 1, utime 11, stime 12, and of reaped children 13 and 14
    return sum(sum(map(int, fields[11:15])) * TICK for pid, fields in _stats() if pid in wanted)


def resident(pid: int) -> int:
    """Bytes of memory the process holds."""
    pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _stats() -> Iterator[tuple[int, list[str]]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "stat").read_text().rpartition(")")[2].split()


def valkey_cpu() -> float:
    """Seconds of processor that the server itself took; its forked children, who write files, apart."""
    facts = client("timelines").info("cpu")
    return float(facts["used_cpu_sys"]) + float(facts["used_cpu_user"])


def valkey_memory() -> int:
    """Bytes in use, once what was deleted is given back."""
    while (facts := client("timelines").info("memory"))["lazyfree_pending_objects"]:
        time.sleep(0.01)
    return int(facts["used_memory"])


def postgres_pid() -> int:
    """The server's first process, whose children the others are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    fields = (PROC / str(backend) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


class Meter:
    """Processor time of some processes, of Valkey and of PostgreSQL between two moments."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = list(pids)
        self._postgres = [postgres_pid()]
        self._begun = self._now()

    def taken(self) -> tuple[float, float, float]:
        """Seconds since the beginning: of the processes, of Valkey, of PostgreSQL."""
        app, valkey, postgres = (now - then for now, then in zip(self._now(), self._begun, strict=True))
        return app, valkey, postgres

    def _now(self) -> tuple[float, float, float]:
        return cpu_of(self._pids), valkey_cpu(), cpu_of(self._postgres)
