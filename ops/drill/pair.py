"""A primary and its standby that change places: killed, promoted, taken back, again and again."""

import time

from ops import replication
from ops.drill.stage import Stage
from ops.postgres import Postgres

SLOT = "other"


class Pair:
    """Two servers; `url` finds whichever takes writes. With `sync` nothing is acknowledged that one lacks."""

    def __init__(self, stage: Stage, *, sync: bool, settings: str = "") -> None:
        self._stage, self._sync = stage, sync
        self.primary = stage.postgres("one", settings=settings)
        self.standby = stage.standby(self.primary, "two", settings=settings)
        self.wait_until_whole()

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{server.port}" for server in self._both)
        who = f"twitterclone:{self.primary.password}"
        return f"postgresql://{who}@{places}/twitterclone?target_session_attrs=read-write&connect_timeout=2"

    @property
    def _both(self) -> list[Postgres]:
        return sorted((self.primary, self.standby), key=lambda server: server.port)

    def kill_primary(self) -> float:
        """kill -9 of the primary, and its standby promoted. Returns the moment of the kill."""
        self.primary.kill()
        at = time.monotonic()
        replication.promote(self.standby)
        self.primary, self.standby = self.standby, self.primary
        return at

    def take_back(self) -> float:
        """Makes the killed one the standby of the other. Returns how long that took."""
        begun = time.monotonic()
        replication.take_back(self.standby, self.primary, self._stage.replication_password, SLOT)
        self.standby.start()
        self.wait_until_whole()
        return time.monotonic() - begun

    def wait_until_whole(self) -> None:
        """Returns when the standby has all, and, if it is to be, is waited for at each commit."""
        self._stage.wait(self._streams, "the standby does not stream")
        if self._sync:
            self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.primary.sql("SELECT pg_reload_conf()")
            self._stage.wait(self._is_sync, "the standby is not synchronous")
        end = self.primary.sql("SELECT pg_current_wal_lsn()").strip()
        self._stage.wait(lambda: self._has(end), "the standby does not catch up")

    def _streams(self) -> bool:
        return self._ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"

    def _is_sync(self) -> bool:
        return self._ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1"

    def _has(self, end: str) -> bool:
        return self._ask(f"SELECT bool_and(flush_lsn >= '{end}') FROM pg_stat_replication") == "t"

    def _ask(self, query: str) -> str:
        return self.primary.sql(query).strip()
