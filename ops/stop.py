"""`make stop`: ends a running site, and what a killed one left behind."""

import os
import signal
import time

from ops import processes, site
from ops.console import Refusal, say
from ops.paths import layout
from ops.run import end_leftovers

PATIENCE = 20.0


def main(_verb: str) -> int:
    place = layout()
    if not site.is_held(place):
        return _tidy(place)
    pid = site.read(place).get("pid")
    if not pid:
        raise Refusal("The running site cannot be found: stop it with Ctrl-C where it was started.")
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    # the lock goes a moment before the process that held it
    while (site.is_held(place) or processes.is_alive(pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if site.is_held(place):
        processes.end([pid], grace=0)
        return _tidy(place)
    say("Stopped.")
    return 0


def _tidy(place) -> int:
    """End what outlived a site that was killed."""
    end_leftovers(place)
    homes = [place.data, (place.data / "servers").resolve()]
    for name, farewell in (("postgres", signal.SIGINT), ("valkey", signal.SIGTERM)):
        for home in homes:
            orphans = processes.working_in(home / name)
            if orphans:
                say(f"Stopping {name}, left over from a site that was killed.")
                processes.end(orphans, first=farewell, grace=10)
    say("Twitterclone is not running.")
    return 0
