"""Reads on standbys of the database, where a page asks for them and nobody can see the difference.

Nothing reads from a replica by itself. A page that may calls `begin_reading` with who asks; from then on its
reads go to one replica, which has replayed what this person wrote in the last seconds and is not far behind.
They stay on the primary in a transaction, after a write, for what must be the newest (`fresh` in
lib/prepared.py, `on_primary`), and while no replica will do. docs/operations/replicas.md
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponseBase

from twitterclone.lib import replica_marks, replica_watch

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# who somebody is, and what they may: never late
ALWAYS_PRIMARY = frozenset({"account", "admin", "auth", "contenttypes", "oauth2_provider", "sessions"})
CANCELLED = "57014"  # by a limit of time, which the primary has as well
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class State:
    """Of one request, or of a block that reads."""

    has_written: bool = False
    reads: bool = False
    reader: int | None = None
    alias: str = ""  # the one chosen


_state: ContextVar[State | None] = ContextVar("replicas", default=None)


def chosen() -> str:
    """The alias of the database to read from now."""
    state = _state.get()
    if state is None or not state.reads or state.has_written:
        return DEFAULT_DB_ALIAS
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return DEFAULT_DB_ALIAS
    if not state.alias:
        needed = replica_marks.needed_by(state.reader)
        state.alias = DEFAULT_DB_ALIAS if needed is None else replica_watch.caught_up(needed)
    return state.alias


def reader() -> BaseDatabaseWrapper:
    """The connection to read from now, for SQL of one's own."""
    return connections[chosen()]


def begin_reading(user_id: int | None) -> None:
    """From now on this request's reads may go to a replica; without replicas nothing."""
    if (state := _state.get()) is not None:
        state.reads, state.reader, state.alias = True, user_id, ""


def gave_up(alias: str, error: Exception) -> bool:
    """Whether this failure is one of a replica: then nobody uses it until it answers again, and what is left
    of this request is read from the primary."""
    if alias == DEFAULT_DB_ALIAS or getattr(error.__cause__, "sqlstate", None) == CANCELLED:
        return False
    replica_watch.failed(alias)
    with suppress(DatabaseError):
        connections[alias].close()
    if (state := _state.get()) is not None:
        state.alias = DEFAULT_DB_ALIAS
    return True


@contextmanager
def reading(user_id: int | None = None) -> Iterator[None]:
    """Reads of the block may go to a replica; for tasks and commands, whose reads else do not."""
    token = _state.set(State(reads=bool(settings.REPLICAS), reader=user_id))
    try:
        yield
    finally:
        _state.reset(token)


@contextmanager
def on_primary() -> Iterator[None]:
    """Reads of the block are from the primary: for what is kept, where an old answer would stay."""
    state = _state.get()
    if state is None or not state.reads:
        yield
        return
    state.reads = False
    try:
        yield
    finally:
        state.reads = True


def may_lag(view: F) -> F:
    """A page whose reads may go to a replica, for a request that has a viewer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in SAFE:
            begin_reading(request.viewer.id)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return cast("F", answer)


class Router:
    """Django's question where to read and write, answered as above. Replicas are never migrated."""

    def db_for_read(self, model: type[models.Model], **_: Any) -> str:
        return DEFAULT_DB_ALIAS if model._meta.app_label in ALWAYS_PRIMARY else chosen()

    def db_for_write(self, model: type[models.Model], **_: Any) -> str:
        if (state := _state.get()) is not None:
            state.has_written = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *_: Any, **__: Any) -> bool:
        return True  # all of them hold the same rows

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class ReplicaMiddleware:
    """Remembers how far the database was after a request that wrote, for who sent it. Only with replicas."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        state = State(has_written=request.method not in SAFE)
        token = _state.set(state)
        try:
            response = self.get_response(request)
            user = getattr(request, "user", None)
            if state.has_written and user is not None and user.pk:
                replica_marks.note_write(user.pk)
            return response
        finally:
            _state.reset(token)
