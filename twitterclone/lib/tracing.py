"""Spans of what is done, for a collector of OpenTelemetry. Off unless `twitterclone.observing` begins it.

A span has a name and attributes that are never personal: views, tasks, events, statements without values.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_tracer: Any = None
_propagator: Any = None


def begin(tracer: Any, propagator: Any) -> None:
    """From now on spans are made."""
    global _tracer, _propagator
    _tracer, _propagator = tracer, propagator


def is_on() -> bool:
    return _tracer is not None


@contextmanager
def span(name: str, parent: dict[str, str] | None = None, **attributes: Any) -> Iterator[Any]:
    """What is done inside is one span; `parent` are headers that carry the span it belongs to.

    None stands for the span while tracing is off.
    """
    if _tracer is None:
        yield None
        return
    context = _propagator.extract(parent) if parent else None
    given = {key.replace("__", "."): value for key, value in attributes.items()}
    with _tracer.start_as_current_span(name, context=context, attributes=given) as made:
        yield made


def carried() -> dict[str, str]:
    """Headers that carry the span of now."""
    headers: dict[str, str] = {}
    if _propagator is not None:
        _propagator.inject(headers)
    return headers


def around_statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """A wrapper of Django's statements; their values are not told."""
    verb = sql.lstrip().partition(" ")[0].upper()[:12] or "SQL"
    with span(verb, db__system="postgresql", db__query__text=sql[:2000]):
        return execute(sql, params, many, context)
