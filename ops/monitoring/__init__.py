"""`make monitoring`: writes the dashboards, and checks the alerts with promtool where that is installed."""

import shutil
import subprocess
from pathlib import Path

from ops.console import Refusal, say
from ops.monitoring.dashboards import DASHBOARDS, written

HERE = Path(__file__).resolve().parent
GRAFANA, ALERTS, TESTS = HERE / "grafana", HERE / "alerts.yml", HERE / "alerts.test.yml"


def main(_verb: str) -> int:
    for name in DASHBOARDS:
        (GRAFANA / f"{name}.json").write_text(written(name))
    say(f"Dashboards: {', '.join(f'{name}.json' for name in DASHBOARDS)} in {GRAFANA}.")
    said = checked()
    say(
        said or "promtool is not installed: the alerts were not run. Debian has it in the package prometheus."
    )
    return 0


def checked() -> str:
    """What promtool says of the alerts and their tests, "" without it; refuses when it finds a fault."""
    promtool = shutil.which("promtool")
    if not promtool:
        return ""
    lines = []
    for arguments in (["check", "rules", ALERTS.name], ["test", "rules", TESTS.name]):
        done = subprocess.run(
            [promtool, *arguments], cwd=HERE, capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode != 0:
            raise Refusal(f"promtool {' '.join(arguments)}: {(done.stdout + done.stderr).strip()}")
        lines += [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return " · ".join(lines)
