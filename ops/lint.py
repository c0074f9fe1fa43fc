"""`make lint` and `make format`: the checks that need no server, and what repairs most of their finds."""

import subprocess
from pathlib import Path

from ops import bootstrap
from ops.paths import ROOT
from ops.stages import FORMAT, LINT, chosen

PLACE = "postgresql://nobody@127.0.0.1:1/none"


def main(verb: str) -> int:
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    env = bootstrap.environment() | {"SECRET_KEY": "only-for-checks", "DATABASE_URL": PLACE}
    wanted = FORMAT if verb == "format" else [stage.arguments for stage in chosen(LINT)]
    statuses = [subprocess.call([python, *arguments(Path())], cwd=ROOT, env=env) for arguments in wanted]
    return 0 if verb == "format" or not any(statuses) else 1
