"""`make test`: sets itself up, runs every stage, says one line for each and what failed at the end."""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ops import bootstrap, chromium, processes, reports, servers
from ops.console import Refusal, in_colour, say
from ops.paths import ROOT
from ops.stages import Stage, chosen

FOLDER = ROOT / "var" / "test"
LIMIT = 900  # seconds for one stage
TAIL = 25  # lines shown of a failed stage
MACHINE = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "TERM",
    "TMPDIR",
    "CI",
    "NO_COLOR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
KEPT = (*MACHINE, "POSTGRES_BIN", "REDIS_PROGRAM")  # and which servers' programs are tried


@dataclass
class Result:
    """How a stage went."""

    stage: Stage
    good: bool
    seconds: float
    log: Path
    counts: reports.Counts
    note: str = ""


def main(_verb: str, *names: str) -> int:
    stages, begun = chosen(names), time.monotonic()
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with servers.throwaway(python, FOLDER) as running, _data_folder() as data:
        env = environment(running, data)
        results = [_show(_run(stage, python, env)) for stage in stages]
    return _conclude(results, time.monotonic() - begun)


@contextlib.contextmanager
def _data_folder():
    folder = FOLDER / "data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def environment(running: servers.Servers, data: Path) -> dict[str, str]:
    """What the tests see: nothing of a developer's own settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "twitterclone.settings.test",
        "DATABASE_URL": running.postgres.url,
        "DATABASE_ADMIN_URL": running.postgres.admin_url,  # for those that make a standby of it
        "REDIS_URL": running.valkey.url,
        "SECRET_KEY": secrets.token_hex(32),
        "DATA_DIR": str(data),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
    }


def _run(stage: Stage, python: Path, env: dict[str, str]) -> Result:
    """Run one stage to its end, its output in a log of its own."""
    log, report = FOLDER / f"{stage.name}.log", FOLDER / f"{stage.name}.xml"
    report.unlink(missing_ok=True)
    if sys.stdout.isatty():
        print(f"  …     {stage.name}", end="\r", flush=True)
    begun, note = time.monotonic(), ""
    try:
        browser = {"CHROMIUM": str(chromium.find(python))} if stage.browser else {}
        status, note = _execute([python, *stage.arguments(report)], env | stage.env | browser, log)
    except Refusal as refusal:
        log.write_text(f"{refusal}\n")
        status = 1
    if status == 5 and stage.counts:
        note = "no test ran"
    counts = reports.count(report) if stage.counts else reports.Counts()
    return Result(stage, status == 0 and not counts.failed, time.monotonic() - begun, log, counts, note)


def _execute(argv: list[str | Path], env: dict[str, str], log: Path) -> tuple[int, str]:
    with log.open("wb") as output:
        process = processes.spawn(argv, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            return process.wait(LIMIT), ""
        except subprocess.TimeoutExpired:
            return 1, f"stopped after {LIMIT} s"
        finally:
            processes.end_group(process, grace=0 if process.poll() is not None else 5)


def _show(result: Result) -> Result:
    """One line for a stage; what went wrong follows at once."""
    word = "ok" if result.good else "FAILED"
    if in_colour():
        word = f"\x1b[{32 if result.good else 31}m{word:<6}\x1b[0m"
    told = str(result.counts) if result.stage.counts and not result.note else result.note
    say(f"  {word:<6} {result.stage.name:<11} {result.seconds:6.1f} s  {told}".rstrip())
    return result


def _explain(result: Result) -> None:
    """The part of a failed stage that says why."""
    say()
    say(f"{result.stage.name} ({result.log.relative_to(ROOT)})")
    lines = reports.failures(result.log.with_suffix(".xml")) if result.stage.counts else []
    if not lines:
        text = result.log.read_text(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()][-TAIL:]
    for line in lines:
        say(f"  {line[:200]}")


def _conclude(results: list[Result], seconds: float) -> int:
    failed = [result for result in results if not result.good]
    for result in failed:
        _explain(result)
    say()
    say(f"{len(results) - len(failed)} of {len(results)} stages in {seconds:.0f} s")
    if failed:
        say(f"Failed: {', '.join(result.stage.name for result in failed)}")
    say(str(sum((result.counts for result in results), reports.Counts())))
    return 1 if failed else 0
