"""What a drill works on: servers and processes of its own, of which nothing remains.

What is committed is on disk here, as with `make run`. All ports are free ones on loopback. Start processes
from the main thread alone: the kernel ends a child when the thread that started it ends.
"""

import contextlib
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from ops import accounts, replication, servers
from ops.bootstrap import site_packages
from ops.console import complain
from ops.drill.crew import Site
from ops.drill.template import Template
from ops.postgres import Postgres
from ops.run import step
from ops.valkey import Valkey

STEPS = ("migrate --verbosity 0", "partitions", "collectstatic --noinput --verbosity 0")


class NotInTime(RuntimeError):
    """What a drill waited for did not come."""


class Stage:
    """To be entered; leaving it ends everything that was started on it, last first."""

    def __init__(
        self, logs: Path, name: str, *, tiny: bool = False, template: Template | None = None
    ) -> None:
        self.logs, self.name, self.tiny, self._template = logs, name, tiny, template
        self.python = Path(sys.executable)
        self.replication_password = replication.new_password()
        self._begun = time.monotonic()
        self._end = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.account = accounts.server_account()
        folder = self._end.enter_context(
            tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True)
        )
        self.folder = accounts.own_folder(Path(folder), self.account)
        return self

    def __exit__(self, *_: object) -> None:
        self._end.close()

    def say(self, text: str) -> None:
        """A line of progress, to standard error."""
        complain(f"  {time.monotonic() - self._begun:6.1f} s  {self.name}: {text}")

    def at_end(self, action: Callable[[], object]) -> None:
        """Has something done when the stage is left."""
        self._end.callback(action)

    def postgres(self, name: str = "postgres", *, settings: str = "") -> Postgres:
        """A new, running primary; `settings` are more lines of its configuration."""
        self.say(f"starting PostgreSQL ({name})")
        server = self._new_postgres(name, settings)
        if self._template:
            self._template.fill(server)
        server.start()
        replication.make_role(server, self.replication_password)
        return server

    def standby(self, primary: Postgres, name: str = "standby", *, settings: str = "") -> Postgres:
        """A new, running standby of a primary, copied from it and streaming."""
        self.say(f"starting a standby ({name})")
        server = self._new_postgres(name, settings)
        server.password, server.admin_password = primary.password, primary.admin_password
        replication.make_standby(server, self.conninfo(primary), name)
        server.start()
        return server

    def conninfo(self, primary: Postgres) -> str:
        """How standbys reach it."""
        return replication.own_conninfo(primary, self.replication_password)

    def valkey(self, name: str = "valkey", *, settings: str = "", password: str = "") -> Valkey:
        """A new, running Valkey that keeps its log of writes; its password is a new one unless given."""
        self.say(f"starting Valkey ({name})")
        server = servers.valkey_of(
            site_packages(self.python),
            account=self.account,
            home=self._home(name),
            port=servers.free_port(),
            log=self.logs / f"{name}.log",
            password=password or secrets.token_hex(24),
            settings=settings,
        )
        self.at_end(lambda: server.stop(grace=2))
        server.start()
        return server

    def site(self, postgres: Postgres, valkey: Valkey, **env: str) -> Site:
        """The site on these servers, its tables made; none of its processes runs yet. `env` is more of its
        environment: DATABASE_URL, DATABASE_REPLICA_URLS, …"""
        data = self._end.enter_context(
            tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True)
        )
        site = Site(self.logs, Path(data), postgres=postgres, valkey=valkey, env=env)
        self.at_end(site.kill)
        self.say("making the tables")
        step(self.python, site.direct, "Preparing the database", ["-m", "ops.prepare", *STEPS])
        is_plain = isinstance(postgres, Postgres) and not postgres.is_standby  # not Patroni's
        if self._template and is_plain:
            self._template.take(postgres, self.conninfo(postgres))
        return site

    def wait(
        self,
        condition: Callable[[], object],
        what: str | Callable[[], str],
        *,
        patience: float = 60,
        pause: float = 0.1,
    ) -> float:
        """Returns how long it took until the condition held; NotInTime, with `what`, when it does not."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() - begun > patience:
                raise NotInTime(f"not within {patience:.0f} s: {what() if callable(what) else what}")
            time.sleep(pause)
        return time.monotonic() - begun

    def _new_postgres(self, name: str, settings: str) -> Postgres:
        server = servers.postgres_of(
            site_packages(self.python),
            account=self.account,
            home=self._home(name),
            port=servers.free_port(),
            log=self.logs / f"{name}.log",
            password=secrets.token_hex(24),
            admin_password=secrets.token_hex(24),
            settings=settings,
        )
        self.at_end(lambda: server.stop(grace=3))
        return server

    def _home(self, name: str) -> Path:
        return accounts.own_folder(self.folder / name, self.account)
