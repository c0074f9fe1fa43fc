"""`make backup` and `make restore`; docs/operations/backups.md.

Runs with the Python of `.venv`, which the verbs here make sure of.
"""

from ops import accounts, bootstrap, processes
from ops.paths import ROOT

PATIENCE = 120  # seconds in which an interrupted restore takes back what it had begun


def main(verb: str, *arguments: str) -> int:
    python = bootstrap.ensure(bootstrap.RUNTIME)
    argv = [python, "-m", "ops.backup", verb, *arguments]
    user = None if "key" in arguments[:1] else accounts.site_user()  # a key lies where root alone may write
    env = bootstrap.environment() | accounts.home_of(user)
    return processes.see_through(argv, patience=PATIENCE, account=user, cwd=ROOT, env=env)
