"""The workers' side of the outbox: fetch, guard, one call."""

from typing import Any

from celery import shared_task
from django.db import connection, transaction

from twitterclone.lib import outbox
from twitterclone.lib.redis import client

DRAIN_LIMIT = 500
REOPEN_SECONDS = 10


@shared_task(ignore_result=True)
def drain_outbox(**_: Any) -> None:
    """Handles open events. Sent at each commit that emitted one; harmless when there is none."""
    if outbox.drain(DRAIN_LIMIT) == DRAIN_LIMIT:
        drain_outbox.delay()


@shared_task(ignore_result=True)
def sweep_outbox(**_: Any) -> None:
    """Each second: what a lost wake-up left, and the last deliveries again after Redis restarted."""
    reopen_after_restart()
    outbox.drain(DRAIN_LIMIT)


@shared_task(ignore_result=True)
def tidy_outbox(**_: Any) -> None:
    outbox.tidy()


def reopen_after_restart() -> bool:
    """Opens the events of the last seconds again if the timelines' server is not the one seen before.

    Redis acknowledges a write up to two seconds before it is on disk; the run id tells a restart.
    """
    run_id = client("timelines").info("server")["run_id"]
    with transaction.atomic(), connection.cursor() as cursor:
        seen = cursor.execute("SELECT timelines_run_id FROM outbox_state FOR UPDATE").fetchone()[0]
        if seen == run_id:
            return False
        cursor.execute("UPDATE outbox_state SET timelines_run_id = %s", [run_id])
        if seen:
            outbox.reopen(REOPEN_SECONDS)
        return bool(seen)


outbox.wake_with(lambda: drain_outbox.apply_async(expires=60))
