"""`make manage`: manage.py with the environment of the site."""

import subprocess

from ops import bootstrap, site
from ops.paths import ROOT, layout


def main(_verb: str, *arguments: str) -> int:
    place = layout()
    python = bootstrap.ensure(*bootstrap.wanted())
    with site.reached(place) as env:
        return subprocess.call([python, "manage.py", *arguments], cwd=ROOT, env=env)
