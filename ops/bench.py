"""`make bench`: servers of its own that really write to disk, a fresh world, and the measuring."""

import os
import shutil
import subprocess

from ops import bootstrap, check, processes, run, servers
from ops.console import Refusal, say
from ops.paths import ROOT

FOLDER = ROOT / "var" / "bench"
SIZES = ("tiny", "small", "medium", "large")
STEPS = ("migrate --verbosity 0", "partitions", "collectstatic --noinput --clear --verbosity 0")
INTERRUPTED = 130


def main(_verb: str, *arguments: str) -> int:
    size = os.environ.get("SIZE") or "small"
    if size not in SIZES:
        raise Refusal(f"SIZE is one of {', '.join(SIZES)}, not {size!r}.")
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = FOLDER / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    say("Starting PostgreSQL and Valkey as `make run` does: what is committed is on disk.")
    with servers.throwaway(python, FOLDER, durable=True) as running:
        env = check.environment(running, data) | {"DJANGO_SETTINGS_MODULE": "twitterclone.settings.bench"}
        run.step(python, env, "Preparing the database", ["-m", "ops.prepare", *STEPS])
        argv = [python, "manage.py", "bench", "--size", size, "--out", FOLDER, *arguments]
        return _measure(argv, env | {"LOG_LEVEL": "WARNING"})


def _measure(argv: list, env: dict[str, str]) -> int:
    """Runs it; Ctrl-C is passed on once, so that it can tell what it has."""
    process = processes.spawn(argv, cwd=ROOT, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(processes.signal.SIGINT)
        try:
            process.wait(60)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            say("Stopped without a report.")
        return INTERRUPTED
    finally:
        processes.end_group(process, grace=5)
