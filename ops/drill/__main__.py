"""Runs drills one after the other, each on a stage of its own; what was found is kept when interrupted."""

import argparse
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from ops.console import Refusal, complain, say
from ops.drill import cases, report, template
from ops.drill.registry import Drill, NotRun, Outcome, chosen
from ops.drill.stage import Stage
from ops.paths import ROOT
from ops.processes import INTERRUPTED


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    try:
        cases.load()
        wanted = list(chosen(asked.names))
        if asked.list:
            for found in wanted:
                say(f"{found.name:<20} {found.shows}")
            return 0
        return _run(wanted, asked)
    except Refusal as refusal:
        complain(str(refusal))
        return 1


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("names", nargs="*", help="drills to run; all without a name")
    parser.add_argument("--list", action="store_true", help="say which drills there are")
    parser.add_argument(
        "--tiny", action="store_true", help="seconds instead of minutes: tries the drill itself"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "drill", help="where the report goes")
    parser.add_argument(
        "--skip-missing", action="store_true", help="pass although a drill's programs are not here"
    )
    return parser.parse_args(arguments)


def _run(wanted: list[Drill], asked: argparse.Namespace) -> int:
    logs = asked.out / "log"
    shutil.rmtree(logs, ignore_errors=True)
    outcomes: list[Outcome] = []
    report.head()
    try:
        with template.of_run() as tables:
            kept = tables if len(wanted) > 1 else None  # for one alone it is not worth the copy
            for found in wanted:
                stage = Stage(logs / found.name, found.name, tiny=asked.tiny, template=kept)
                _run_one(found, stage, outcomes)
    except KeyboardInterrupt:
        say("Interrupted: this is what was found until then.")
        return INTERRUPTED
    finally:
        report.conclude(outcomes)
        say(f"Written: {report.write(asked.out, outcomes)}; logs in {logs}")
    fine = {True, None} if asked.skip_missing else {True}
    return 0 if all(outcome.passed in fine for outcome in outcomes) else 1


def _run_one(found: Drill, stage: Stage, outcomes: list[Outcome]) -> None:
    """Adds a drill's outcomes as they come; one that breaks off has failed, and the others go on."""

    def add(outcome: Outcome) -> None:
        outcome.drill = outcome.drill or found.name
        outcomes.append(outcome)
        report.add(outcome)

    begun = time.monotonic()
    try:
        with stage:
            for outcome in found.run(stage):
                add(outcome)
    except NotRun as reason:
        add(Outcome(passed=None, note=str(reason)))
    except Exception as error:
        traceback.print_exc()
        add(Outcome(passed=False, seconds=time.monotonic() - begun, note=f"broke off: {error!r}"))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    sys.exit(main(sys.argv[1:]))
