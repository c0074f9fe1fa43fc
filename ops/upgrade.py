"""`make upgrade`: dependencies and database brought up to this version of the code."""

from ops import bootstrap, site
from ops.console import say
from ops.paths import layout
from ops.run import STEPS, step


def main(_verb: str) -> int:
    place = layout()
    python = bootstrap.ensure(*bootstrap.wanted())
    running = site.is_held(place)
    with site.reached(place) as env:
        step(python, env, "The upgrade of the database", ["-m", "ops.prepare", *STEPS])
    say("Dependencies and database are up to date.")
    if running:
        say("The running site still uses the old code: make stop, then make run.")
    return 0
