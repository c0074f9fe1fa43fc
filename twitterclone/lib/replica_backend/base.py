"""What Django looks for in a backend's package."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psql_partition.backend import base

from twitterclone.lib import replicas


class Falling:
    """Runs a statement once more, on the primary, when the replica fails."""

    cursor: Any
    db: Any

    def _execute(self, sql: str, params: Any, *ignored: Any) -> Any:
        try:
            return super()._execute(sql, params, *ignored)  # type: ignore[misc]
        except (OperationalError, InterfaceError) as error:
            if not replicas.gave_up(self.db.alias, error):
                raise
            primary = connections[DEFAULT_DB_ALIAS].cursor()
            self.db, self.cursor = primary.db, primary.cursor
            return super()._execute(sql, params, *ignored)  # type: ignore[misc]


class ReplicaCursor(Falling, CursorWrapper):
    pass


class ReplicaDebugCursor(Falling, CursorDebugWrapper):
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    """A cursor of a replica that is away is one of the primary's."""

    def cursor(self) -> Any:
        try:
            return super().cursor()
        except (OperationalError, InterfaceError) as error:
            replicas.gave_up(self.alias, error)
            return connections[DEFAULT_DB_ALIAS].cursor()

    def make_cursor(self, cursor: Any) -> Any:
        return ReplicaCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> Any:
        return ReplicaDebugCursor(cursor, self)
