"""`make clean`: removes what the commands can make again; never the site's data."""

import shutil

from ops.console import Refusal, say
from ops.paths import ROOT, layout
from ops.site import is_held

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "htmlcov")


def main(_verb: str) -> int:
    if is_held(layout()):
        raise Refusal("The site is running: stop it first with make stop")
    for path in [*ROOT.glob(".venv*"), *(ROOT / name for name in CACHES), ROOT / "var" / "test"]:
        shutil.rmtree(path, ignore_errors=True)
    for path in ROOT.rglob("__pycache__"):
        shutil.rmtree(path, ignore_errors=True)
    say("Removed the environment and caches; the site's data stays in var/.")
    return 0
