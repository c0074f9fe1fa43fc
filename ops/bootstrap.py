"""Makes `.venv` and installs the pinned packages; a second start finds both done."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ops import processes
from ops.console import Refusal, disk_full, say
from ops.paths import ROOT

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
OBSERVING = "requirements-observe.txt"  # only for sites that send traces or errors elsewhere
PIP = ["-m", "pip", "--no-input", "--disable-pip-version-check"]
LED_ASTRAY = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX")
NEEDED_MB = {RUNTIME: 700, DEVELOPMENT: 1400, OBSERVING: 50}


def wanted() -> list[str]:
    """The lists that this site runs with, by what its environment asks for."""
    observed = any(os.environ.get(name) for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "SENTRY_DSN"))
    return [RUNTIME, *([OBSERVING] if observed else [])]


def venv() -> Path:
    """The environment of this Python: `.venv`, or beside it when another Python made that one."""
    plain = ROOT / ".venv"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not (plain / "bin").is_dir() or (plain / "lib" / f"python{version}").is_dir():
        return plain
    return ROOT / f".venv-{version}"


def python() -> Path:
    """The Python that has the packages."""
    return venv() / "bin" / "python"


def site_packages(interpreter: Path | None = None) -> Path:
    """Where that Python's packages lie."""
    home = (interpreter or python()).parent.parent
    return next(home.glob("lib/python*/site-packages"))


def ensure(*lists: str) -> Path:
    """Have every package of the lists installed; gives the Python to run with."""
    stamp = venv() / "installed.json"
    if _installed(stamp, lists):
        return python()
    with _alone():
        _make_environment(stamp)
        for name in lists:
            if not _installed(stamp, [name]):
                _install(name)
                _remember(stamp, name)
    return python()


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _read(stamp: Path) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return json.loads(stamp.read_text())
    return {}


def _installed(stamp: Path, lists: Iterator[str]) -> bool:
    known = _read(stamp)
    return python().exists() and all(known.get(name) == _digest(name) for name in lists)


def _remember(stamp: Path, name: str) -> None:
    known = _read(stamp) | {name: _digest(name)}
    if name == DEVELOPMENT:  # it holds the other list too
        known[RUNTIME] = _digest(RUNTIME)
    draft = stamp.with_suffix(".new")
    draft.write_text(json.dumps(known))
    draft.replace(stamp)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time."""
    with (ROOT / ".bootstrap.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another installation of the packages to end …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_environment(stamp: Path) -> None:
    """Make the environment unless a whole one is there; without ensurepip, pip comes from outside."""
    if stamp.exists() and _runs(python()):
        return
    if _runs(python(), "import pip"):
        return
    home = venv()
    if home.exists() and not (home / "pyvenv.cfg").exists() and any(home.iterdir()):
        raise Refusal(f"{home} is in the way and is no Python environment: move it.")
    shutil.rmtree(home, ignore_errors=True)
    bundled = _runs(sys.executable, "import ensurepip; ensurepip.version()")
    if not bundled and not _runs(sys.executable, "import pip.__main__"):
        raise Refusal(
            f"{sys.executable} can make no environment: install the package python3-venv "
            "(apt install python3-venv), or name another Python with PYTHON=…"
        )
    say(f"Making {home.name} …")
    _must([sys.executable, "-m", "venv", *([] if bundled else ["--without-pip"]), home], "make .venv")
    if not bundled:
        _must([sys.executable, "-m", "pip", "--python", python(), "install", "-q", "pip"], "install pip")


def _runs(interpreter: Path | str, code: str = "") -> bool:
    """Whether this Python starts and runs the code."""
    argv = [str(interpreter), "-c", code]
    try:
        return subprocess.run(argv, capture_output=True, check=False, env=environment()).returncode == 0
    except OSError:
        return False


def _must(argv: list[str | Path], purpose: str) -> None:
    status, text = processes.output_of(argv, cwd=ROOT, env=environment())
    if status != 0:
        raise Refusal(_why(purpose, text))


def _install(name: str) -> None:
    """Install one list with pip, as pip is set up here, checking every hash."""
    pins = re.findall(r"^[A-Za-z0-9][^ ]*==", (ROOT / name).read_text(), re.MULTILINE)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MB[name] and not _read(venv() / "installed.json"):
        raise Refusal(f"The disk is full: {free} MB are free, the packages need {NEEDED_MB[name]} MB.")
    say(f"Installing {len(pins)} packages into {venv().name} (a few minutes, once) …")
    begun = time.monotonic()
    argv = [python(), *PIP, "install", "--require-hashes", "--no-deps", "--progress-bar", "off"]
    process = processes.spawn(
        [*argv, "-r", name],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        text = _watch(process, len(pins))
    except BaseException:
        processes.end_group(process, grace=2, first=signal.SIGKILL)
        raise
    if process.wait() != 0:
        raise Refusal(_why("install the packages", text))
    say(f"Installed in {time.monotonic() - begun:.0f} s.")


def _watch(process: subprocess.Popen, total: int) -> str:
    """Show how far pip is, on a terminal; give the end of what it printed."""
    lines: list[str] = []
    seen = 0
    for line in process.stdout:
        lines = [*lines[-80:], line]
        if line.startswith("Collecting "):
            seen += 1
        if sys.stdout.isatty():
            unpacking = line.startswith("Installing collected")
            what = "unpacking" if unpacking else f"{min(seen, total)} of {total}"
            print(f"\r  {what}   ", end="", flush=True)
    if sys.stdout.isatty():
        print("\r", end="")
    return "".join(lines)


def _why(purpose: str, text: str) -> str:
    if disk_full(text):
        return "The disk is full: free some space and start again."
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    return f"Could not {purpose}: {(errors or lines or ['no reason given'])[-1]}"


def environment() -> dict[str, str]:
    """The environment for programs of `.venv`: ours, without what would lead Python elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in LED_ASTRAY}
    return kept | {"PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
