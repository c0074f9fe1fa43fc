"""Tasks as they are watched: how long each took and how it ended."""

from time import perf_counter
from typing import Any

from celery.signals import task_postrun, task_prerun

from twitterclone.lib.metrics import TASKS

_begun: dict[str, float] = {}  # of the tasks that this process runs now


@task_prerun.connect
def begin(task_id: str = "", **_: Any) -> None:
    _begun[task_id] = perf_counter()


@task_postrun.connect
def count(task_id: str = "", task: Any = None, state: str | None = None, **_: Any) -> None:
    begun = _begun.pop(task_id, None)
    if begun is not None and task is not None:
        TASKS.labels(task.name.rpartition(".")[2], (state or "none").lower()).observe(perf_counter() - begun)
