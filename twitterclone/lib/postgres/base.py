"""What Django looks for in a backend's package."""

from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from django_prometheus.db.backends.postgresql.base import DatabaseWrapper as CountedWrapper
from django_prometheus.db.common import ExportingCursorWrapper


class DatabaseWrapper(CountedWrapper):
    """As django-prometheus's, which makes a class each time a connection is taken: a fifth of that.

    One that comes from the pool with autocommit on is not told so again, which takes psycopg a while.
    """

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = base.DatabaseWrapper.get_connection_params(self)
        return params | {"cursor_factory": counted(params["cursor_factory"], self.alias, self.vendor)}

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit is not autocommit:
            super()._set_autocommit(autocommit)


@cache
def counted(cursor_class: type, alias: str, vendor: str) -> type:
    """The cursor's class, counting what it executes."""
    return ExportingCursorWrapper(cursor_class, alias, vendor)
