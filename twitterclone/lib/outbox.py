"""Events that cannot be lost: rows written with the change they tell of, handled after it is committed.

A service calls `emit("tweet.posted", tweet_id=…)` inside its transaction; one row is written for each
registered consumer. After the commit a wake-up goes to the workers; if it is lost, the sweep that beat
sends each second finds the rows. `drain` handles each in a transaction, under a lock that a worker which
dies lets go of. What a consumer writes to PostgreSQL is therefore written exactly once, and
what it does elsewhere at least once: it must be idempotent. Rows are handled by several workers at the
same time and in no order: a consumer looks at what is so now, not at what the event says.
Events only go upwards: a lower app never knows who listens.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from twitterclone.lib import outbox_sql as sql
from twitterclone.lib import prepared
from twitterclone.lib.behind import Behind
from twitterclone.lib.breaker import Breaker
from twitterclone.lib.outbox_handling import Consumer, Hands, Together, claim, handle, label_of

TOGETHER = 200  # events claimed at once: of a hundred tweets the deliveries, and whom else they concern
WAKE_PAUSE = 0.03  # seconds: a message costs a millisecond, and a follower waits for it
LEISURE = 0.5  # seconds: nobody waits to be told of a crowd's likes, and a message costs what ten likes do
UNKNOWN_AFTER = "1 day"  # a consumer nobody has known for so long was removed, not yet to be deployed

_consumers: dict[str, dict[str, Consumer]] = defaultdict(dict)
_prompt: dict[str, list[Consumer]] = defaultdict(list)
_together: dict[str, Together] = {}
_volatile: set[str] = set()
_bulk: set[str] = set()
_wake: Callable[[], object] = lambda: None  # noqa: E731 -- set by twitterclone.tasks
_wake_bulk: Callable[[], object] = lambda: None  # noqa: E731 -- likewise
_is_behind: Callable[[], bool] = lambda: False  # noqa: E731 -- likewise
_breaker = Breaker((BrokerError, RedisError, OSError))


def consumer(
    event: str, name: str, *, volatile: bool = False, bulk: bool = False
) -> Callable[[Consumer], Consumer]:
    """Registers a function as the consumer `name` of an event; it takes the payload as keywords.

    `volatile` says that its effect is in Redis and that it only reads PostgreSQL: several are handled in
    one transaction, and the last ones are repeated after Redis restarted. `bulk` ones are handled apart
    from all others, one by one, so that however many there are nothing else waits.
    """

    def register(function: Consumer) -> Consumer:
        _consumers[event][name] = function
        for is_one, labels in ((volatile, _volatile), (bulk, _bulk)):
            if is_one:
                labels.add(label_of(event, name))
        return function

    return register


def together(*events: str, name: str) -> Callable[[Together], Together]:
    """Registers a function that takes several waiting events of the consumer `name` at once.

    It gets (event, payload) of each and says of each whether that settled it; those it leaves, and all
    when it fails, are handled one by one as if it were not there. One that is alone never waits for company.
    """

    def register(function: Together) -> Together:
        _together.update({label_of(event, name): function for event in events})
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


def wake_with(
    function: Callable[[], object], bulk: Callable[[], object], is_behind: Callable[[], bool]
) -> None:
    """Sets what tells the workers that there is work, and what tells them of bulk events.

    `is_behind` says whether the first is done by a thread, so that who emits does not wait for the broker.
    """
    global _wake, _wake_bulk, _is_behind
    _wake, _wake_bulk, _is_behind = function, bulk, is_behind


def emit(event: str, **payload: Any) -> None:
    """Writes the event for each of its consumers, in the caller's transaction; wakes them at its commit."""
    _emit(event, None, payload)


def emit_once(once: str, event: str, **payload: Any) -> None:
    """Emits the event unless it was emitted under this name, open or done within the hour."""
    _emit(event, once, payload)


def emit_all(event: str, payloads: list[dict[str, Any]]) -> None:
    """Emits the event for each payload, in one round trip however many they are."""
    _check_transaction()
    for payload in payloads:
        _call_after_commit(_prompt[event], payload)
    if payloads and (names := list(_consumers[event])):
        with connection.cursor() as cursor:
            cursor.execute(sql.INSERT_ALL, [event, [json.dumps(payload) for payload in payloads], names])
        _wake_after_commit(event, names)


def change_and_emit(
    change: str,
    values: dict[str, Any],
    event: str,
    *,
    run: Callable[[str, dict[str, Any]], int] | None = None,
    at_leisure: bool = False,
    **payload: Any,
) -> bool:
    """Runs a statement and writes the event with it if it changed something, all in one round trip.

    For the hottest writes. `change` is a WITH list that ends with `changed`, a row of which says that
    something changed; its parameters are named. It is run as a statement, or by `run`, which puts it into
    its own one and says how many rows it changed. What comes in crowds is told `at_leisure`: the first at
    once, the others twice in a second.
    """
    told: dict[str, Any] = {
        "event": event,
        "payload": json.dumps(payload),
        "consumers": list(_consumers[event]),
    }
    changed = bool((run or _run)(change + sql.TOLD, {**values, **told}))
    if changed:
        _call_after_commit(_prompt[event], payload)
        transaction.on_commit(wake_at_leisure if at_leisure else wake, robust=True)
    return changed


def _run(change: str, values: dict[str, Any]) -> int:
    return int(prepared.rows(change + sql.CHANGED, values, fresh=True)[0][0])


def _emit(event: str, once: str | None, payload: dict[str, Any]) -> None:
    _check_transaction()
    _call_after_commit(_prompt[event], payload)
    if names := list(_consumers[event]):
        with connection.cursor() as cursor:
            cursor.execute(sql.INSERT, [event, json.dumps(payload), once, names])
        _wake_after_commit(event, names)


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is emitted in the transaction of its change")


def _wake_after_commit(event: str, names: list[str]) -> None:
    """Once in a transaction; for each bulk event, since who is woken for one takes only one."""
    for tell in {wake_bulk if label_of(event, name) in _bulk else wake for name in names}:
        if tell is wake_bulk or not any(waiting[1] is tell for waiting in connection.run_on_commit):
            transaction.on_commit(tell, robust=True)


def _call_after_commit(functions: list[Consumer], payload: dict[str, Any]) -> None:
    for function in functions:
        # no functools.partial: Django asks what failed for a name that it does not have
        transaction.on_commit(lambda function=function: function(**payload), robust=True)  # type: ignore[misc]


def wake() -> None:
    """Tells the workers; costs nothing while the broker is down."""
    if _is_behind():
        _wake_behind()
    else:
        _wake_guarded()


def wake_at_leisure() -> None:
    """The same for what comes in crowds."""
    if _is_behind():
        _wake_seldom()
    else:
        _wake_guarded()


def _wake_guarded() -> None:
    _breaker.call(_wake)


_wake_behind, _wake_seldom = Behind(_wake_guarded, WAKE_PAUSE), Behind(_wake_guarded, LEISURE)


def wake_bulk() -> None:
    """Tells the workers that there is a bulk event."""
    _breaker.call(_wake_bulk)


def drain(limit: int = 500, *, bulk: bool = False) -> int:
    """Handles open events until none is left or `limit` were tried; returns how many it tried.

    Either the bulk ones or the others. A consumer that finds Redis down is left alone for the rest of the
    drain; the others go on.
    """
    tried = 0
    willing = {label for label in _labels() if (label in _bulk) == bulk}
    hands = Hands(_consumers, _together, _volatile)
    sociable = hands.sociable()
    while tried < limit and (rows := claim(willing, sociable, 1 if bulk else min(TOGETHER, limit - tried))):
        count, down = handle(rows, hands)
        tried += count  # who is woken for one and meets another worker at it takes the next
        willing -= down
    return tried


def _labels() -> list[str]:
    return [label_of(event, name) for event, names in _consumers.items() for name in names]


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
    with connection.cursor() as cursor:
        cursor.execute(sql.CLOSE_UNKNOWN, [_labels(), UNKNOWN_AFTER])
        cursor.execute(sql.TIDY)
        return cursor.rowcount


def has_bulk() -> bool:
    """Whether a bulk event waits whose time has come."""
    return bool(_count(sql.DUE, sorted(_bulk)))


def open_count() -> int:
    """How many events wait: the one figure that says whether the workers keep up."""
    return _count(sql.OPEN)


def parked_count() -> int:
    """How many events failed so often that they wait for a person."""
    return _count(sql.PARKED)


def _count(query: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])
