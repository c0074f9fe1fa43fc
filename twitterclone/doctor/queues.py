"""The workers: whether somebody does what is promised, and in time."""

import time
from collections.abc import Iterator

from django.conf import settings

from twitterclone.celery import app
from twitterclone.dashboard import QUEUES
from twitterclone.doctor import redis
from twitterclone.doctor.database import GROUND
from twitterclone.doctor.registry import checks, one
from twitterclone.lib.findings import Finding, error, fine, warning
from twitterclone.lib.redis import client
from twitterclone.tasks import SWEPT, swept_key

LATE, TOO_LATE = 30, 300  # seconds an event may wait
MANY, TOO_MANY = 1000, 20_000
ANSWER_SECONDS = 2


@checks.check(
    "queues.events",
    "what is promised in the outbox is done by workers: deliveries, mails, notifications",
    needs=GROUND,
)
def events() -> Iterator[Finding]:
    waits, parked, late = one(
        "SELECT count(*) FILTER (WHERE available_at < 'infinity'), "
        "count(*) FILTER (WHERE available_at = 'infinity'), "
        "coalesce(extract(epoch FROM now() - min(available_at))::bigint, 0) FROM outbox WHERE done_at IS NULL"
    )
    told = f"{waits:,} events wait, the oldest since {max(late, 0)} s"
    fix = "start workers, or more of them; see queues.workers"
    if late > TOO_LATE:
        yield error(told, fix)
    elif late > LATE:
        yield warning(told, fix)
    else:
        yield fine(told if waits else "no event waits")
    if parked:
        yield error(
            f"{parked} events failed twenty times and wait for a person",
            "see last_error: verify --only outbox",
        )


@checks.check("queues.length", "a queue that grows has too few workers", needs=redis.GROUND)
def length() -> Iterator[Finding]:
    for name in QUEUES:
        count = client("broker").llen(f"{settings.REDIS_PREFIX}:{name}")
        if count > TOO_MANY:
            yield error(f"{count:,} tasks wait in {name}", f"start more workers with -Q {name}")
        elif count > MANY:
            yield warning(f"{count:,} tasks wait in {name}", f"start more workers with -Q {name}")


@checks.check("queues.workers", "a queue without a worker is a promise that nobody keeps", needs=redis.GROUND)
def workers() -> Iterator[Finding]:
    answers = app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    if missing := [name for name in QUEUES if name not in served]:
        yield error(
            f"no worker takes from {', '.join(missing)}",
            f"celery -A twitterclone worker -Q {','.join(missing)}",
        )
    if served:
        yield fine(f"{len(answers)} workers answer")


@checks.check("queues.beat", "without beat nothing is swept, rolled up, or made ahead", needs=redis.GROUND)
def beat() -> Iterator[Finding]:
    """Each second beat sends the sweep of the outbox, which leaves the time it was run at."""
    found = client("broker").get(swept_key())
    if found is None:
        yield error("no sweep ran lately", "start one celery beat, and a worker for the queue outbox")
        return
    seconds = max(0.0, time.time() - float(found))
    if seconds > SWEPT:
        yield error(
            f"the last sweep ran {seconds:.0f} s ago",
            "start one celery beat, and a worker for the queue outbox",
        )
    else:
        yield fine(f"the last sweep ran {seconds:.0f} s ago")
