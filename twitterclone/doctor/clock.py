"""Clocks: ids are made of this machine's time, and everything is sorted by them."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from twitterclone.doctor.registry import checks, rows
from twitterclone.lib.findings import Finding, error, fine, warning
from twitterclone.lib.redis import client, is_cluster

OFF, WRONG = 1.0, 30.0  # seconds
FIX = "let every machine take the time from the same servers: timedatectl set-ntp true, or chrony"


@checks.check("clock.database", "ids, and with them the order of tweets, are made of each machine's clock")
def database() -> Iterator[Finding]:
    begun = time.time()
    [(theirs,)] = rows("SELECT extract(epoch FROM clock_timestamp())::float8")
    yield _judged("PostgreSQL", theirs, begun, time.time())


@checks.check("clock.redis", "limits and timelines end by the clock of Redis")
def redis() -> Iterator[Finding]:
    for name, role in _servers().items():
        begun = time.time()
        seconds, micros = client(role).time()
        yield _judged(f"Redis {name}", seconds + micros / 1e6, begun, time.time())


def _servers() -> dict[str, str]:
    """Each server once, with a role that leads to it."""
    found: dict[str, str] = {}
    for role, url in settings.REDIS_ROLES.items():
        if not is_cluster(url):
            found.setdefault(urlsplit(url).netloc.rpartition("@")[2], role)
    return found


def _judged(who: str, theirs: float, begun: float, ended: float) -> Finding:
    """The difference beyond what the way there and back may explain."""
    off = max(0.0, theirs - ended, begun - theirs)
    if off >= WRONG:
        return error(f"the clock of {who} differs by {off:.1f} s from this machine's", FIX)
    if off >= OFF:
        return warning(f"the clock of {who} differs by {off:.1f} s from this machine's", FIX)
    return fine(f"the clock of {who} agrees within {max(off, ended - begun) * 1000:.0f} ms")
