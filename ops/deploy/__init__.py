"""`make deploy ARGS="…"`: what a server needs to run the site; docs/operations/deploy.md.

Runs with the Python of `.venv`, which the verb here makes sure of: a fresh server has none of the packages.
"""

from ops import bootstrap, processes
from ops.paths import ROOT


def main(_verb: str, *arguments: str) -> int:
    needed = [bootstrap.DEVELOPMENT] if arguments[:1] == ("check",) else bootstrap.wanted()
    python = bootstrap.ensure(*needed)
    argv = [python, "-m", "ops.deploy", *arguments]
    return processes.see_through(argv, cwd=ROOT, env=bootstrap.environment())
