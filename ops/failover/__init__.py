"""`make promote`, `make rejoin`, `make patroni` and `make redis`; docs/operations/failover.md and redis.md.

Runs with the Python of `.venv`, for the drivers speak TLS and every form of URL.
"""

from ops import bootstrap, processes
from ops.paths import ROOT


def main(verb: str, *arguments: str) -> int:
    python = bootstrap.ensure(bootstrap.RUNTIME)
    argv = [python, "-m", "ops.failover", verb, *arguments]
    return processes.see_through(argv, cwd=ROOT, env=bootstrap.environment())
