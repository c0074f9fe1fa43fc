"""Events that cannot be lost: rows written with the change they tell of, handled after it is committed.

A service calls `emit("tweet.posted", tweet_id=…)` inside its transaction; one row is written for each
registered consumer. After the commit a wake-up goes to the workers; if it is lost, the sweep that beat
sends each second finds the rows. `drain` handles each in a transaction of its own, under a lock that a
worker which dies lets go of. What a consumer writes to PostgreSQL is therefore written exactly once, and
what it does elsewhere at least once: it must be idempotent. Rows are handled by several workers at the
same time and in no order: a consumer looks at what is so now, not at what the event says.
Events only go upwards: a lower app never knows who listens.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as RedisDown
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisSilent

from twitterclone.lib import outbox_sql as sql
from twitterclone.lib.breaker import Breaker

Consumer = Callable[..., object]
log = logging.getLogger(__name__)

MAX_ATTEMPTS = 20  # about an hour of waiting in between; then the row is parked for a person to look at
UNKNOWN_AFTER = "1 day"  # a consumer nobody has known for so long was removed, not yet to be deployed

_consumers: dict[str, dict[str, Consumer]] = defaultdict(dict)
_prompt: dict[str, list[Consumer]] = defaultdict(list)
_volatile: set[str] = set()
_wake: Callable[[], object] = lambda: None  # noqa: E731 -- set by twitterclone.tasks
_breaker = Breaker((BrokerError, RedisError, OSError))


def consumer(event: str, name: str, *, volatile: bool = False) -> Callable[[Consumer], Consumer]:
    """Registers a function as the consumer `name` of an event; it takes the payload as keywords.

    `volatile` says that its effect is in Redis: the last ones are repeated after Redis restarted.
    """

    def register(function: Consumer) -> Consumer:
        _consumers[event][name] = function
        if volatile:
            _volatile.add(_label(event, name))
        return function

    return register


def promptly(event: str) -> Callable[[Consumer], Consumer]:
    """Registers a function that is also called at once, by whom the event was emitted, after the commit.

    For what nobody may see a moment longer. It may fail or be lost: a consumer must do the same.
    """

    def register(function: Consumer) -> Consumer:
        _prompt[event].append(function)
        return function

    return register


def consumers() -> dict[str, dict[str, Consumer]]:
    """Who listens to what: {event: {consumer name: function}}."""
    return {event: dict(functions) for event, functions in _consumers.items()}


def wake_with(function: Callable[[], object]) -> None:
    """Sets what tells the workers that there is work."""
    global _wake  # noqa: PLW0603 -- the one hook, set once when the tasks are loaded
    _wake = function


def emit(event: str, **payload: Any) -> None:
    """Writes the event for each of its consumers, in the caller's transaction; wakes them at its commit."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is emitted in the transaction of its change")
    if prompt := _prompt[event]:
        _call_after_commit(prompt, payload)
    names = list(_consumers[event])
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql.INSERT, [event, names, json.dumps(payload)])
    if not any(waiting[1] is wake for waiting in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


def _call_after_commit(functions: list[Consumer], payload: dict[str, Any]) -> None:
    for function in functions:
        # no functools.partial: Django asks what failed for a name that it does not have
        transaction.on_commit(lambda function=function: function(**payload), robust=True)  # type: ignore[misc]


def wake() -> None:
    """Tells the workers; costs nothing while the broker is down."""
    _breaker.call(_wake)


def drain(limit: int = 500) -> int:
    """Handles open events until none is left or `limit` were tried; returns how many it tried.

    A consumer that finds Redis down is left alone for the rest of the drain; the others go on.
    """
    tried = 0
    willing = {_label(event, name) for event, names in _consumers.items() for name in names}
    while tried < limit and (row := _claim(willing)) is not None:
        tried += 1
        if not _handle(*row):
            willing.discard(_label(row[1], row[2]))
    return tried


def _label(event: str, name: str) -> str:
    return f"{event} {name}"


def _claim(willing: set[str]) -> tuple[int, str, str, dict[str, Any]] | None:
    """The next row, its attempt counted before it is made: an event that kills its worker steps back too."""
    with connection.cursor() as cursor:
        cursor.execute(sql.CLAIM, {"willing": sorted(willing), "max": MAX_ATTEMPTS})
        row = cursor.fetchone()
    if row is None:
        return None
    identifier, event, name, payload = row[:4]
    return identifier, event, name, json.loads(payload) if isinstance(payload, str) else payload


def _handle(identifier: int, event: str, name: str, payload: dict[str, Any]) -> bool:
    """Runs the consumer and closes the row in one transaction; False when what it needs is down."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.LOCK, [identifier])
        if cursor.fetchone() is None:  # done, or another worker's by now
            return True
        try:
            with transaction.atomic():
                _consumers[event][name](**payload)
        except (RedisDown, RedisSilent) as error:
            log.warning("outbox %s: %s for %s waits: %s", identifier, event, name, error)
            cursor.execute(sql.WAIT, [repr(error)[:500], identifier])
            return False
        except Exception as error:
            log.exception("outbox %s: %s for %s failed", identifier, event, name)
            values: dict[str, Any] = {"error": repr(error)[:500], "id": identifier, "max": MAX_ATTEMPTS}
            cursor.execute(sql.FAILED, values)
        else:
            cursor.execute(sql.DONE, [identifier])
    return True


def reopen(seconds: float) -> int:
    """Opens again what volatile consumers did in the last seconds, and lets none of them wait longer."""
    with connection.cursor() as cursor:
        cursor.execute(sql.HURRY, [sorted(_volatile)])
        cursor.execute(sql.REOPEN, [sorted(_volatile), seconds])
        return cursor.rowcount


def revive() -> int:
    """Gives parked events their attempts again, after what stopped them was repaired."""
    with connection.cursor() as cursor:
        cursor.execute(sql.REVIVE)
        return cursor.rowcount


def tidy() -> int:
    """Deletes events done an hour ago, closes those whose consumer is gone; returns how many it deleted."""
    known = [_label(event, name) for event, names in _consumers.items() for name in names]
    with connection.cursor() as cursor:
        cursor.execute(sql.CLOSE_UNKNOWN, [known, UNKNOWN_AFTER])
        cursor.execute(sql.TIDY)
        return cursor.rowcount


def open_count() -> int:
    """How many events wait: the one figure that says whether the workers keep up."""
    return _count(sql.OPEN)


def parked_count() -> int:
    """How many events failed so often that they wait for a person."""
    return _count(sql.PARKED)


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
