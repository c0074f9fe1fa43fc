"""The counts of all processes of this machine: each keeps its own in files, a folder for each role."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import REGISTRY
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from twitterclone.lib.metrics import PREFIXES
from twitterclone.monitoring.families import Found

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PROC = Path("/proc")
TRIES = 3  # a role that starts again takes its files away while they are read


def counted() -> Iterable[Metric]:
    """What was counted since the roles started; without folders, what this process counted."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return [metric for metric in REGISTRY.collect() if metric.name.startswith(PREFIXES)]
    for left in reversed(range(TRIES)):
        try:
            return list(MultiProcessCollector.merge([str(path) for path in _files(Path(folder).parent)]))
        except FileNotFoundError:
            if not left:
                raise
    return []


def look_at_processes(found: Found) -> None:
    """Adds how many processes each role has here, and how much memory they take."""
    folder = os.environ.get(VARIABLE)
    if not folder or not PROC.is_dir():
        return
    for role in sorted(path for path in Path(folder).parent.iterdir() if path.is_dir()):
        pids = {pid for path in role.glob("*.db") if _is_alive(pid := _pid_of(path))}
        found.add("processes", len(pids), role.name)
        found.add("process_memory_bytes", sum(map(_memory, pids)), role.name)


def _files(root: Path) -> Iterator[Path]:
    """All but what the dead say of now."""
    for path in root.glob("*/*.db"):
        if not path.name.startswith("gauge_live") or _is_alive(_pid_of(path)):
            yield path


def _pid_of(path: Path) -> int:
    return int(path.stem.rpartition("_")[2])


def _is_alive(pid: int) -> bool:
    return not PROC.is_dir() or (PROC / str(pid)).exists()


def _memory(pid: int) -> int:
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
