"""`make manage`: manage.py with the environment of the site, and as its user."""

import subprocess

from ops import accounts, bootstrap, site
from ops.paths import ROOT, layout


def main(_verb: str, *arguments: str) -> int:
    place = layout()
    python = bootstrap.ensure(*bootstrap.wanted())
    with site.reached(place) as env:
        user = accounts.site_user()
        argv = [python, "manage.py", *arguments]
        return subprocess.call(argv, cwd=ROOT, env=env | accounts.home_of(user), **accounts.as_user(user))
