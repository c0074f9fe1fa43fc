"""`make drill`: disasters, tried on throwaway servers; docs/operations/drills.md.

Runs with the Python of `.venv`, which the verb here makes sure of: cases may use its packages.
"""

from ops import bootstrap, processes
from ops.paths import ROOT


def main(_verb: str, *arguments: str) -> int:
    python = bootstrap.ensure(bootstrap.DEVELOPMENT)
    return processes.see_through(
        [python, "-m", "ops.drill", *arguments], cwd=ROOT, env=bootstrap.environment()
    )
