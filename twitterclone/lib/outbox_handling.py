"""How open events are claimed and handled; `outbox.drain` is the way in."""

import json
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from twitterclone.lib import logs, tracing
from twitterclone.lib import outbox_sql as sql
from twitterclone.lib.metrics import EVENTS
from twitterclone.lib.redis import DOWN

MAX_ATTEMPTS = 20  # about an hour of waiting in between; then the row is parked for a person to look at
LOCK_PAUSE = 0.005
IN_ONE = 20  # volatile ones in a transaction, of those that are handled one by one

Consumer = Callable[..., object]
# an event and its payload
Told = tuple[str, dict[str, Any]]
# takes several at once and says of each whether it is settled by that
Together = Callable[[Sequence[Told]], Sequence[bool]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class Row:
    id: int
    event: str
    name: str
    payload: dict[str, Any]

    @property
    def label(self) -> str:
        return label_of(self.event, self.name)


@dataclass(frozen=True, slots=True)
class Hands:
    """Who handles what: consumers by event and name; by label, who takes several and which are volatile."""

    consumers: Mapping[str, Mapping[str, Consumer]]
    together: Mapping[str, Together]
    volatile: Collection[str]

    def sociable(self) -> set[str]:
        """The labels of which several are claimed at once."""
        return {*self.together, *self.volatile}


def label_of(event: str, name: str) -> str:
    return f"{event} {name}"


def claim(willing: set[str], sociable: set[str], most: int = 1) -> list[Row]:
    """The next row, or the next ones that may have company, their attempt counted before it is made.

    So an event that kills its worker steps back too, and from then on it is handled alone.
    """
    values: dict[str, Any] = {"willing": sorted(willing), "max": MAX_ATTEMPTS, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(sql.CLAIM, {**values, "volatile": sorted(sociable & willing)})
        return sorted(Row(row[0], row[1], row[2], json.loads(row[3])) for row in cursor.fetchall())


def handle(rows: list[Row], hands: Hands) -> tuple[int, set[str]]:
    """Runs the consumers of claimed rows and closes them; says how many were not another worker's by now,
    and which consumers found Redis down.

    First those that are settled at once and some volatile ones, in one transaction, then each of the others
    in its own, so that none holds another's locks; whoever has nothing to do may take these meanwhile.
    """
    down: set[str] = set()
    count, alone = _handle(rows, hands, down, is_crowd=len(rows) > 1)
    for row in alone:
        count += _handle([row], hands, down, is_crowd=False)[0]
    return count, down


def _handle(rows: list[Row], hands: Hands, down: set[str], *, is_crowd: bool) -> tuple[int, list[Row]]:
    """In one transaction; what one that fails wrote is undone, what the others did is not.

    Of a crowd those that want a transaction of their own are left, and returned behind how many were not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        mine = _locked([row.id for row in rows])
        open_rows = [row for row in rows if row.id in mine]
        done = _settled(open_rows, hands) if is_crowd else set()
        left = [row for row in open_rows if row.id not in done]
        here = [row for row in left if row.label in hands.volatile][:IN_ONE] if is_crowd else left
        for row in here:
            if row.label in down:
                cursor.execute(sql.WAIT, ["", row.id])
            elif (error := _try(row, hands)) is None:
                done.add(row.id)
            elif isinstance(error, DOWN):
                down.add(row.label)
                cursor.execute(sql.WAIT, [repr(error)[:500], row.id])
                EVENTS.labels(row.event, row.name, "waits").inc()
            else:
                EVENTS.labels(row.event, row.name, "failed").inc()
                values: dict[str, Any] = {"error": repr(error)[:500], "id": row.id, "max": MAX_ATTEMPTS}
                cursor.execute(sql.FAILED, values)
        if done:
            cursor.execute(sql.DONE, [sorted(done)])
    _count_done(row for row in open_rows if row.id in done)
    alone = [row for row in left if row not in here]
    return len(open_rows) - len(alone), alone


def _count_done(rows: Iterable[Row]) -> None:
    for (event, name), count in Counter((row.event, row.name) for row in rows).items():
        EVENTS.labels(event, name, "done").inc(count)


def _locked(ids: list[int]) -> set[int]:
    """Those that are not done, nor another worker's by now.

    Who looks for a row to claim holds this one for a moment, too, and may then leave it: so twice.
    """
    mine: set[int] = set()
    with connection.cursor() as cursor:
        for pause in (0, LOCK_PAUSE):
            if missing := [id_ for id_ in ids if id_ not in mine]:
                time.sleep(pause)
                cursor.execute(sql.LOCK, [missing])
                mine |= {found[0] for found in cursor.fetchall()}
    return mine


def _settled(rows: Iterable[Row], hands: Hands) -> set[int]:
    """The ids of those rows that were settled together."""
    groups: dict[Together, list[Row]] = defaultdict(list)
    for row in rows:
        if row.label in hands.together:
            groups[hands.together[row.label]].append(row)
    done: set[int] = set()
    for function, group in groups.items():
        if len(group) > 1:
            done |= _try_together(function, group)
    return done


def _try_together(function: Together, group: list[Row]) -> set[int]:
    """None when it fails: one bad event stops nobody, for each is then handled by itself."""
    try:
        with transaction.atomic():
            settled = function([(row.event, row.payload) for row in group])
    except Exception as error:
        log.warning("outbox: %s events one by one, for together: %r", len(group), error)
        return set()
    return {row.id for row, is_settled in zip(group, settled, strict=True) if is_settled}


def _try(row: Row, hands: Hands) -> Exception | None:
    """What went wrong, if anything did."""
    whole = logs.doing.get()
    logs.doing.set(f"event-{row.id}")
    try:
        with tracing.span(f"event {row.label}"), transaction.atomic():
            hands.consumers[row.event][row.name](**row.payload)
    except DOWN as error:
        log.warning("outbox %s: %s for %s waits: %s", row.id, row.event, row.name, error)
        return error
    except Exception as error:
        log.exception("outbox %s: %s for %s failed", row.id, row.event, row.name)
        return error
    finally:
        logs.doing.set(whole)
    return None
