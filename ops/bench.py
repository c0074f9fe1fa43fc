"""`make bench`: servers of its own that really write to disk, a fresh world, and the measuring."""

import os
import shutil

from ops import bootstrap, check, processes, run, servers
from ops.console import Refusal, say
from ops.paths import ROOT

FOLDER = ROOT / "var" / "bench"
SIZES = ("tiny", "small", "medium", "large")
STEPS = ("migrate --verbosity 0", "partitions", "collectstatic --noinput --clear --verbosity 0")


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
        return processes.see_through(argv, cwd=ROOT, env=env | {"LOG_LEVEL": "WARNING"})
