"""An installation in a drill: a data folder of its own, its backups, and the verbs that work on them.

What `make run` does with an installation's servers happens here, but for its processes: those are the crew's.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from ops import accounts, processes, servers, site
from ops.check import KEPT
from ops.drill.crew import SETTINGS, Site
from ops.drill.stage import STEPS, Stage
from ops.paths import ROOT, Layout
from ops.postgres import Postgres
from ops.run import step
from ops.valkey import Valkey


class Home:
    """A data folder with servers. `backup` and `restore` are the verbs as operators call them."""

    def __init__(self, stage: Stage, name: str = "home", **env: str) -> None:
        self.stage, self.python = stage, Path(sys.executable)
        self.data = accounts.own_folder(stage.folder / name, stage.account)
        self.layout = Layout(self.data)
        self.layout.make()
        self.folder = stage.folder / f"{name}-backups"
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        own = {"DATA_DIR": str(self.data), "BACKUP_DIR": str(self.folder), "BACKUP_ARCHIVE_SECONDS": "10"}
        self.env = kept | SETTINGS | own | env
        self.servers = self._servers()
        self.site: Site | None = None
        self._end = contextlib.ExitStack()
        stage.at_end(self.down)

    @property
    def postgres(self) -> Postgres:
        return self.servers.postgres

    @property
    def valkey(self) -> Valkey:
        return self.servers.valkey

    def up(self) -> Site:
        """Starts the servers and gives the site on them, its tables made; no process of it runs yet."""
        self._end.enter_context(site.held(self.layout))
        self.servers = self._servers()
        self.servers.start()
        env = self.env | {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url}
        env |= {"SECRET_KEY": servers.kept_secret(self.layout.secrets / "secret-key")}
        logs = self.stage.logs
        self.site = Site(logs, self.data, postgres=self.postgres, valkey=self.valkey, env=env)
        self.site.direct = self.site.env
        site.write(self.layout, {"pid": os.getpid(), "url": "", "environment": env})
        step(self.python, env, "Preparing the database", ["-m", "ops.prepare", *STEPS])
        return self.site

    def down(self) -> None:
        """Ends it all as an operator would."""
        if self.site:
            for member in self.site.members.values():
                member.stop()
        self.servers.stop()
        self._end.close()

    def crash(self) -> None:
        """kill -9 of every process, servers last."""
        if self.site:
            self.site.kill()
        for server in self.servers.wanted:
            server.kill()
        self.servers.started.clear()
        self._end.close()

    def backup(self, *words: str) -> str:
        """`make backup`; what it said, or RuntimeError when it ended badly."""
        return self._verb("backup", words)

    def restore(self, *words: str) -> str:
        """`make restore`."""
        return self._verb("restore", words)

    def verify(self, *words: str) -> str:
        """`manage.py verify` on the running site."""
        return self.site.run("manage.py", "verify", *words)

    def _verb(self, verb: str, words: tuple[str, ...]) -> str:
        argv = [self.python, "-m", "ops.backup", verb, *words]
        status, text = processes.output_of(argv, cwd=ROOT, env=self.env)
        with (self.stage.logs / "verbs.txt").open("a") as log:
            log.write(f"{verb} {' '.join(words)}: {status}\n{text}\n")
        if status != 0:
            raise RuntimeError(f"{verb} {' '.join(words)}: {text[-2000:]}")
        return text

    def _servers(self) -> servers.Servers:
        with self._environment():
            return servers.of_installation(self.layout)

    @contextlib.contextmanager
    def _environment(self) -> Iterator[None]:
        """What decides about an installation's servers is read from the environment."""
        with mock.patch.dict(os.environ, self.env, clear=True):
            yield
