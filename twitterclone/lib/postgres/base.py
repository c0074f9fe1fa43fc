"""What Django looks for in a backend's package."""

from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from django_prometheus.db.backends.postgresql.base import DatabaseWrapper as CountedWrapper
from django_prometheus.db.common import ExportingCursorWrapper

from twitterclone.lib.postgres.pool import Pool


class DatabaseWrapper(CountedWrapper):
    """As django-prometheus's, which makes a class each time a connection is taken: a fifth of that.

    One that comes from the pool with autocommit on is not told so again, which takes psycopg a while. The
    pool notices when the database is another server than before.
    """

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if not isinstance(options, dict):
            return super().pool
        made = self._connection_pools.get(self.alias)
        if made is None:
            connecting = {**self._connecting(), "autocommit": True}  # Django sets it later on
            made = Pool(kwargs=connecting, open=False, configure=self._configure_connection, **options)
            made = self._connection_pools.setdefault(self.alias, made)  # the first of several threads wins
        return made

    def get_connection_params(self) -> dict[str, Any]:
        """How to connect: found out once where a pool does it."""
        made = self._connection_pools.get(self.alias)
        return self._connecting() if made is None else made.kwargs

    def _connecting(self) -> dict[str, Any]:
        params: dict[str, Any] = base.DatabaseWrapper.get_connection_params(self)
        return params | {"cursor_factory": counted(params["cursor_factory"], self.alias, self.vendor)}

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit is not autocommit:
            super()._set_autocommit(autocommit)


@cache
def counted(cursor_class: type, alias: str, vendor: str) -> type:
    """The cursor's class, counting what it executes."""
    return ExportingCursorWrapper(cursor_class, alias, vendor)
