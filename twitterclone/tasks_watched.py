"""Tasks as they are watched: how long each took and how it ended, and the request they were sent by.

The id of whoever sends a task travels in its headers, so that lines of the worker tell whose request it was.
"""

from contextlib import AbstractContextManager
from time import perf_counter
from typing import Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

from twitterclone.lib import logs, tracing
from twitterclone.lib.metrics import TASKS

HEADER = "request_id"
_spans: dict[str, AbstractContextManager[Any]] = {}
_begun: dict[str, float] = {}  # of the tasks that this process runs now


@before_task_publish.connect
def mark(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and (doing := logs.doing.get()):
        headers[HEADER] = doing
    if headers is not None and tracing.is_on():
        headers.update(tracing.carried())


@setup_logging.connect
def leave_logging(**_: Any) -> None:
    """Workers log as the settings say: who listens to this signal keeps Celery from its own way."""


@task_prerun.connect
def begin(task_id: str = "", task: Any = None, **_: Any) -> None:
    logs.doing.set(getattr(task.request, HEADER, None) or f"task-{task_id[:8]}")
    _begun[task_id] = perf_counter()
    if tracing.is_on():
        parent = getattr(task.request, "traceparent", None)
        made = tracing.span(f"task {task.name}", {"traceparent": parent} if parent else None)
        made.__enter__()
        _spans[task_id] = made


@task_postrun.connect
def count(task_id: str = "", task: Any = None, state: str | None = None, **_: Any) -> None:
    if (made := _spans.pop(task_id, None)) is not None:
        made.__exit__(None, None, None)
    logs.doing.set("")
    begun = _begun.pop(task_id, None)
    if begun is not None and task is not None:
        TASKS.labels(task.name.rpartition(".")[2], (state or "none").lower()).observe(perf_counter() - begun)
