"""An installation in a drill: a data folder of its own, its backups, and the verbs that work on them.

What `make run` does with an installation's servers happens here, but for its processes: those are the crew's.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg

from ops import accounts, processes, servers, site
from ops.backup import dumps
from ops.check import KEPT
from ops.drill.crew import SETTINGS, Site
from ops.drill.stage import STEPS, Stage
from ops.paths import ROOT, Layout
from ops.postgres import Postgres
from ops.run import step
from ops.valkey import Valkey

WAITING = """
    SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL)
        + (SELECT count(*) FROM tweet_counter_deltas) + (SELECT count(*) FROM user_counter_deltas)
"""


class Home:
    """A data folder with servers. `backup` and `restore` are the verbs as operators call them."""

    def __init__(self, stage: Stage, name: str = "home", **env: str) -> None:
        self.stage, self.python = stage, Path(sys.executable)
        self.data = accounts.own_folder(stage.folder / name, stage.account)
        self.layout = Layout(self.data)
        logs = stage.logs / name
        logs.mkdir(exist_ok=True)
        self.layout.logs.symlink_to(logs.resolve())
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
        """Starts the servers and gives the site on them; the first time its tables are made, afterwards its
        processes are started that ran before."""
        self._end.enter_context(site.held(self.layout))
        self.servers = self._servers()
        self.servers.start()
        env = self.env | {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url}
        env |= {"SECRET_KEY": servers.kept_secret(self.layout.secrets / "secret-key")}
        site.write(self.layout, {"pid": os.getpid(), "url": "", "environment": env})
        if self.site is None:
            made = Site(self.stage.logs, self.data, postgres=self.postgres, valkey=self.valkey, env=env)
            made.direct = made.env
            step(self.python, env, "Preparing the database", ["-m", "ops.prepare", *STEPS])
            self.site = made
        self.site.postgres, self.site.valkey = self.postgres, self.valkey
        for member in self.site.members.values():
            member.start()
        return self.site

    def down(self) -> None:
        """Ends it all as an operator would."""
        if self.site:
            for member in self.site.members.values():
                member.stop()
        self.servers.stop()
        self._end.close()

    def crash(self) -> float:
        """kill -9 of every process; the moment from which nothing was answered any more."""
        self.postgres.kill()
        moment = time.monotonic()
        self.valkey.kill()
        if self.site:
            self.site.kill()
        self.servers.started.clear()
        self._end.close()
        return moment

    def lose_database(self) -> Path:
        """Takes away the folder of the database, as when its disk is gone; where it is now."""
        return self.postgres.data.rename(self.postgres.home / f"lost-{time.monotonic_ns()}")

    def settle(self) -> None:
        """Lets workers do what waits for them, then ends them."""
        worker, beat = self.site.worker(), self.site.beat()
        self.stage.wait(lambda: self.site.sql(WAITING) == [(0,)], "events wait", patience=240, pause=0.5)
        for member in (beat, worker):
            member.stop()
            del self.site.members[member.log.stem]

    def tables(self, database: str = "twitterclone") -> dumps.Tables:
        """Rows and checksum of every table, as administrator."""
        url = (
            f"postgresql://postgres:{self.postgres.admin_password}@127.0.0.1:{self.postgres.port}/{database}"
        )
        with psycopg.connect(url, autocommit=True) as connection:
            return dumps.tables_of(connection)

    def moment(self) -> str:
        """Now, as `make restore --to` takes it."""
        return str(self.site.sql("SELECT clock_timestamp()::text")[0][0])

    def refused(self, verb: str, *words: str) -> str:
        """What a verb says that must not do what it is asked."""
        try:
            said = self._verb(verb, words)
        except RuntimeError as error:
            return str(error)
        raise RuntimeError(f"{verb} {' '.join(words)} was not refused: {said}")

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
