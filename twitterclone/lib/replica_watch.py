"""How far each replica is, asked by one thread of the process every 50 ms while somebody wants to know.

No request waits for it: a replica that does not answer is simply not used. How far behind one is, is told by
the primary's own log, in bytes and time. The replica cannot tell: beside an idle primary the time since its
last replayed transaction grows, and one that has lost its primary believes that it has everything.
"""

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.conninfo import make_conninfo

from twitterclone.lib.replica_marks import HERE

EVERY = 0.05
PRIMARY_EVERY = 0.5  # how far the primary is needs no such haste
AWAKE = 2.0  # the thread goes on for so long after the last question
STALE = 1.0  # an answer older than this is none
REST = 2.0  # between tries to connect to a replica that is away
TIMEOUT = 2
_REPLICA = (
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0')::bigint"
)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Seen:
    """What is known of a database."""

    at: float = 0.0  # when it was asked last and answered; 0: never, or it failed since
    position: int = 0


@dataclass
class Watch:
    """The thread, and what it saw."""

    seen: dict[str, Seen] = field(default_factory=dict)
    primary: tuple[tuple[float, int], ...] = ()  # where it was at moments, newest last; replaced, not changed
    asked_at: float = 0.0
    turn: int = 0
    pid: int = 0
    wake: threading.Event = field(default_factory=threading.Event)
    connected: dict[str, psycopg.Connection] = field(default_factory=dict)
    tried_at: dict[str, float] = field(default_factory=dict)


_lock = threading.Lock()
_watch = Watch()


def caught_up(needed: int) -> str:
    """The alias of a replica that is as far as this and not far behind, in turn; else the primary's."""
    watch = _running()
    watch.asked_at = now = time.monotonic()
    watch.wake.set()
    names = list(settings.REPLICAS)
    watch.turn += 1
    for place in range(len(names)):
        name = names[(watch.turn + place) % len(names)]
        seen = watch.seen.get(name)
        if seen and now - seen.at < STALE and seen.position >= needed and not _lags(watch, seen, now):
            return str(name)
    return DEFAULT_DB_ALIAS


def failed(alias: str) -> None:
    """Has a replica left alone until it is asked again and answers."""
    if seen := _watch.seen.get(alias):
        seen.at = 0.0


def begin_anew() -> None:
    """Forgets what was seen; the thread of before ends."""
    global _watch
    _watch, before = Watch(), _watch
    before.wake.set()


def _lags(watch: Watch, seen: Seen, now: float) -> bool:
    """Whether the primary was further than this so long ago, or is by so much."""
    known = watch.primary
    if not known or known[-1][1] - seen.position > settings.REPLICA_MAX_BYTES:
        return True
    return any(position > seen.position for at, position in known if now - at > settings.REPLICA_MAX_SECONDS)


def _running() -> Watch:
    """The process's own watch; a forked child's thread begins anew."""
    global _watch  # noqa: PLW0603 -- one of a process
    if _watch.pid != os.getpid():
        with _lock:
            if _watch.pid != os.getpid():
                _watch = Watch(pid=os.getpid())
                threading.Thread(target=_look_on, args=[_watch], name="replicas", daemon=True).start()
    return _watch


def _look_on(watch: Watch) -> None:
    primary_due = 0.0
    while watch is _watch:
        if time.monotonic() - watch.asked_at > AWAKE:
            watch.wake.clear()
            watch.wake.wait()
            watch.primary, primary_due = (), 0.0
        begun = time.monotonic()
        if begun >= primary_due:
            primary_due = begun + PRIMARY_EVERY
            _look_at_primary(watch, begun)
        for alias in settings.REPLICAS:
            _look_at(watch, alias)
        time.sleep(max(0.0, EVERY - (time.monotonic() - begun)))
    for connection in watch.connected.values():
        connection.close()


def _look_at_primary(watch: Watch, now: float) -> None:
    """Where the primary is. While it is away nothing is written, and what was seen of it holds."""
    if (row := _ask(watch, DEFAULT_DB_ALIAS, HERE)) is None:
        return
    oldest = now - settings.REPLICA_MAX_SECONDS
    # the last one beyond the limit of time is what a replica must have come to
    kept = [seen for seen, later in zip(watch.primary, watch.primary[1:], strict=False) if later[0] > oldest]
    kept += watch.primary[-1:]
    # nobody knows what was before the first: a replica must have come to this one
    watch.primary = (*kept, (now if kept else oldest - 1, int(row[0])))


def _look_at(watch: Watch, alias: str) -> None:
    at = time.monotonic()
    seen = watch.seen.setdefault(alias, Seen())
    row = _ask(watch, alias, _REPLICA)
    if row is None or not row[0]:  # away, or a primary of its own by now
        seen.at = 0.0
    else:
        seen.position, seen.at = int(row[1]), at


def _ask(watch: Watch, alias: str, question: str) -> tuple[Any, ...] | None:
    try:
        if alias not in watch.connected:
            if time.monotonic() - watch.tried_at.get(alias, -REST) < REST:
                return None
            watch.tried_at[alias] = time.monotonic()
            watch.connected[alias] = _connect(alias)
        return watch.connected[alias].execute(question, []).fetchone()
    except psycopg.Error as error:
        if broken := watch.connected.pop(alias, None):
            broken.close()
            log.warning("the database %s went away: %s", alias, str(error).strip().partition("\n")[0])
        return None


def _connect(alias: str) -> psycopg.Connection:
    found = connections[alias].settings_dict
    names = {"HOST": "host", "PORT": "port", "NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    where = {word: found[name] for name, word in names.items() if found[name]}
    where |= {name: value for name, value in found["OPTIONS"].items() if name.startswith(("ssl", "target"))}
    where |= {"connect_timeout": TIMEOUT, "application_name": "replica-watch"}
    # not prepared: the replica may be behind a pooler
    return psycopg.connect(make_conninfo(**where), autocommit=True, prepare_threshold=None)
