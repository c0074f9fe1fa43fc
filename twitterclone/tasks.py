"""The workers' side of the outbox: fetch, guard, one call."""

import logging
import time
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction

from twitterclone.explain.report import explained, write_report
from twitterclone.lib import outbox
from twitterclone.lib.redis import FAILURES, client, key, servers
from twitterclone.monitoring.samples import take_sample
from twitterclone.reconciling import reconcile

DRAIN_LIMIT = 500
SWEPT = 15  # seconds after which beat or its worker must be away
SWEPT_KEPT = 24 * 60 * 60
REOPEN_SECONDS = 10  # Redis answers a write up to two seconds before it is on disk

_SEEN = "SELECT timelines_run_id FROM outbox_state"

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def drain_outbox(**_: Any) -> None:
    """Handles open events. Sent at each commit that emitted one; harmless when there is none."""
    if outbox.drain(DRAIN_LIMIT) == DRAIN_LIMIT:
        outbox.wake()


@shared_task(ignore_result=True)
def drain_bulk(**_: Any) -> None:
    """Handles one bulk event: each has a message of its own, so that whoever else waits comes between."""
    outbox.drain(1, bulk=True)


@shared_task(ignore_result=True)
def sweep_outbox(**_: Any) -> None:
    """Each second: what a lost wake-up left, and the last deliveries again after Redis restarted."""
    mark_swept()
    reopen_after_restart()
    if outbox.has_bulk():
        outbox.wake_bulk()
    drain_outbox()


@shared_task(ignore_result=True)
def tidy_outbox(**_: Any) -> None:
    outbox.tidy()


@shared_task(ignore_result=True)
def explain_hot_queries(**_: Any) -> None:
    """Each night: keeps what PostgreSQL does for the hot queries, and logs what got worse."""
    for line in write_report(explained()):
        log.warning("a hot query got worse: %s", line)


@shared_task(ignore_result=True)
def reconcile_counters(**_: Any) -> None:
    """Each night: counters against what counting says; mends what is wrong, keeps a report and logs it."""
    report = reconcile()
    if report.wrong:
        log.warning("counters were wrong, and are mended: %s", report.wrong)


def swept_key() -> str:
    """Where the time of the last sweep is kept: the sign that beat lives, and a worker that hears it."""
    return key("swept")


def mark_swept() -> None:
    try:
        client("broker").set(swept_key(), time.time(), ex=SWEPT_KEPT)
    except FAILURES:
        log.debug("the sweep could not be marked")


@shared_task(ignore_result=True)
def sample_figures(**_: Any) -> None:
    """Each quarter of a minute: what the operators' page draws."""
    take_sample()


def reopen_after_restart() -> bool:
    """Repeats the last deliveries if the timelines' server is not the one seen before.

    The run id tells a restart, the uptime how long ago it was; of a cluster, the primaries' run ids and the
    uptime of the youngest. A server that keeps no log of writes may
    have lost minutes: `redis.restarted` says so to whom it concerns.
    """
    try:
        found = servers("timelines")
    except FAILURES:
        return False
    run_ids = ",".join(sorted(str(server["run_id"]) for server in found))
    if _seen_run_ids() == run_ids:
        return False
    uptime = min(int(server["uptime_in_seconds"]) for server in found)
    with transaction.atomic(), connection.cursor() as cursor:
        seen = _seen_run_ids(f"{_SEEN} FOR UPDATE")
        if seen == run_ids:
            return False
        cursor.execute("UPDATE outbox_state SET timelines_run_id = %s", [run_ids])
        outbox.emit("redis.restarted", keeps_log=all(server["aof_enabled"] for server in found))
        count = outbox.reopen(uptime + REOPEN_SECONDS)
    if seen:  # on a new installation nothing restarted
        log.warning("a server of the timelines restarted: %s deliveries are repeated", count)
    return True


def _seen_run_ids(query: str = _SEEN) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])


# not tried again: the sweep comes within a second, and the request that emitted waits
outbox.wake_with(
    lambda: drain_outbox.apply_async(expires=60, retry=False),
    bulk=lambda: drain_bulk.apply_async(expires=60, retry=False),
    # not of Celery's own settings, which take longer to look at than an event to write
    is_behind=lambda: not getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False),
)
