"""Starting, finding and ending processes, so that none outlives the site."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ops.accounts import Account, as_user
from ops.console import say

INTERRUPTED = 130
PR_SET_PDEATHSIG = 1
PROC = Path("/proc")

try:
    _prctl = ctypes.CDLL(None).prctl
except (AttributeError, OSError):  # no Linux: an orphan is found again by the next start
    _prctl = None


def _dies_with_parent(signum: int) -> Callable[[], None] | None:
    """Ask the kernel to send `signum` when this process dies, even by kill -9."""
    if _prctl is None:
        return None
    parent = os.getpid()

    def in_child() -> None:
        _prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signum)

    return in_child


def spawn(
    argv: list[str | Path], *, farewell: int = signal.SIGTERM, account: Account | None = None, **options
) -> subprocess.Popen:
    """Start a process in a session of its own, so that the terminal's Ctrl-C reaches only us."""
    options |= as_user(account)
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=options.pop("stdin", subprocess.DEVNULL),
        start_new_session=True,
        preexec_fn=_dies_with_parent(farewell),  # noqa: PLW1509 -- it takes no lock that a thread may hold
        **options,
    )


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie nobody reaps does not."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        if PROC.joinpath("self").exists():
            return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def _all() -> Iterable[int]:
    if not PROC.is_dir():
        return []
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def working_in(folder: Path) -> list[int]:
    """Live processes whose working folder is `folder`: how a server of ours is known after kill -9."""
    found = []
    for pid in _all():
        with contextlib.suppress(OSError):
            if (PROC / str(pid) / "cwd").readlink() == folder.resolve() and is_alive(pid):
                found.append(pid)
    return found


def marked(mark: str) -> list[int]:
    """Live processes that carry `mark` (NAME=value) in their environment."""
    wanted, found = mark.encode(), []
    for pid in _all():
        with contextlib.suppress(OSError):
            if wanted in (PROC / str(pid) / "environ").read_bytes().split(b"\0") and is_alive(pid):
                found.append(pid)
    return [pid for pid in found if pid != os.getpid()]


def children_of(pid: int) -> list[int]:
    """Live processes that this one started."""
    found = []
    for candidate in _all():
        with contextlib.suppress(OSError, IndexError):
            parent = (PROC / str(candidate) / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == pid and is_alive(candidate):
                found.append(candidate)
    return found


def signal_all(pids: Iterable[int], signum: int) -> None:
    """Send a signal; those already gone do not matter."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)


def end(pids: list[int], *, first: int = signal.SIGTERM, grace: float = 5.0) -> None:
    """End processes that are not our children: politely, then by force; returns when they are gone."""
    for signum, patience in ((first, grace), (signal.SIGKILL, 5.0)):
        signal_all(filter(is_alive, pids), signum)
        deadline = time.monotonic() + patience
        while any(map(is_alive, pids)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)


def see_through(argv: list[str | Path], *, patience: float = 60, **options) -> int:
    """Run a command that reports at its end; Ctrl-C is passed on once, so that it can tell what it has."""
    process = spawn(argv, **options)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(patience)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            say("Stopped without a report.")
        return INTERRUPTED
    finally:
        end_group(process, grace=5)


def end_group(process: subprocess.Popen, *, grace: float, first: int = signal.SIGTERM) -> None:
    """End a child and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        if process.poll() is None:
            process.send_signal(first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(grace, 0))
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_group(process: subprocess.Popen) -> None:
    """End a child and everything it started with SIGKILL, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def output_of(argv: list[str | Path], **options) -> tuple[int, str]:
    """Run to the end and give the status and everything printed; ended with us if we are stopped."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} | options
    process = spawn(argv, **options)
    try:
        text, _ = process.communicate()
    except BaseException:
        end_group(process, grace=2)
        raise
    return process.returncode, text or ""
