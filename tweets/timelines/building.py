"""Cold timelines that somebody read: answered from SQL at once, and built behind the answer.

A thread of the process builds them, so that nothing depends on a worker. Nobody else needs to know: a build
begins by a claim in Redis, so that of several processes one builds. One that is lost with its process leaves
a cold timeline; until the next read has it built, PostgreSQL answers.
"""

import logging
import time

from django.conf import settings
from django.db import connection

from tweets.timelines import rebuild
from twitterclone.lib.behind import Behind
from twitterclone.lib.metrics import timeline_built
from twitterclone.lib.redis import FAILURES

PAUSE = 0.02  # seconds in which the page that asked is answered, and others come
TOGETHER = 200  # built by the same queries

_waiting: set[int] = set()

log = logging.getLogger(__name__)


def build_soon(viewer_id: int) -> None:
    """Has the viewer's timeline built if it is cold; returns at once."""
    if not settings.BUILD_BEHIND:
        _build([viewer_id])
        return
    _waiting.add(viewer_id)
    _behind()


def build_waiting() -> None:
    """Builds the timelines that wait, many together."""
    while _waiting:
        _build([_waiting.pop() for _ in range(min(len(_waiting), TOGETHER))])


def _build(viewer_ids: list[int]) -> None:
    try:
        if len(viewer_ids) == 1:
            timeline_built.inc(rebuild.fill(viewer_ids[0]))
        else:
            timeline_built.inc(rebuild.fill_all(viewer_ids)[0])
    except FAILURES as error:
        log.warning("timelines are not built, Redis: %r", error)


def _run() -> None:
    time.sleep(PAUSE)
    try:
        build_waiting()
    finally:
        connection.close()


_behind = Behind(_run, 0)
