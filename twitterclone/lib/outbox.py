"""Events that cannot be lost: rows written with the change they tell of, handled after it is committed.

A service calls `emit("tweet.posted", tweet_id=…)` inside its transaction; one row is written for each
registered consumer. After the commit a wake-up goes to the workers; if it is lost, the sweep that beat
sends each second finds the rows. `drain` claims them with SKIP LOCKED, each in a transaction of its own:
a worker that dies lets go of its row, and the next one takes it. So a consumer may run twice for one
event and must be idempotent. Events only go upwards: a lower app never knows who listens.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError

from twitterclone.lib.breaker import Breaker

Consumer = Callable[..., object]
log = logging.getLogger(__name__)

_consumers: dict[str, dict[str, Consumer]] = defaultdict(dict)
_wake: Callable[[], object] = lambda: None  # noqa: E731 -- set by twitterclone.tasks
_breaker = Breaker((BrokerError, OSError))

_INSERT = "INSERT INTO outbox (event, consumer, payload) SELECT %s, unnest(%s::text[]), %s::jsonb"
_CLAIM = """
    SELECT id, event, consumer, payload, attempts FROM outbox
    WHERE done_at IS NULL AND available_at <= now()
    ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_DONE = "UPDATE outbox SET done_at = now(), attempts = attempts + 1 WHERE id = %s"
_FAILED = """
    UPDATE outbox SET attempts = attempts + 1, last_error = %s,
        available_at = now() + make_interval(secs => least(300, power(2, attempts)))
    WHERE id = %s
"""
_REOPEN = "UPDATE outbox SET done_at = NULL WHERE done_at > now() - make_interval(secs => %s)"
_TIDY = """
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE done_at < now() - interval '1 hour' LIMIT 10000 FOR UPDATE SKIP LOCKED)
"""


def consumer(event: str, name: str) -> Callable[[Consumer], Consumer]:
    """Registers a function as the consumer `name` of an event; it takes the payload as keywords."""

    def register(function: Consumer) -> Consumer:
        _consumers[event][name] = function
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
    names = list(_consumers[event])
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [event, names, json.dumps(payload)])
    transaction.on_commit(wake)


def wake() -> None:
    """Tells the workers; costs nothing while the broker is down."""
    _breaker.call(_wake)


def drain(limit: int = 500) -> int:
    """Handles open events until none is left or `limit` are done; returns how many it handled."""
    handled = 0
    while handled < limit and _handle_one():
        handled += 1
    return handled


def _handle_one() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        row = cursor.execute(_CLAIM).fetchone()
        if row is None:
            return False
        identifier, event, name, payload, _attempts = row
        try:
            with transaction.atomic():
                _consumers[event][name](**(json.loads(payload) if isinstance(payload, str) else payload))
        except Exception as error:
            log.exception("outbox %s: %s for %s failed", identifier, event, name)
            cursor.execute(_FAILED, [repr(error)[:500], identifier])
        else:
            cursor.execute(_DONE, [identifier])
    return True


def reopen(seconds: float) -> int:
    """Opens again what was done in the last seconds: Redis may have lost its effect."""
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, [seconds])
        return cursor.rowcount


def tidy() -> int:
    """Deletes events done an hour ago; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_TIDY)
        return cursor.rowcount


def open_count() -> int:
    """How many events wait: the one figure that says whether the workers keep up."""
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone()[0]
