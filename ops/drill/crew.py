"""The site in a drill: its processes by name, the people on it, and what its database holds."""

import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from ops import processes, servers
from ops.check import KEPT
from ops.crew import QUEUES
from ops.drill.members import Member, Server, Worker
from ops.paths import ROOT
from ops.postgres import Postgres
from ops.valkey import Valkey

CELERY = ("-W", "ignore", "-m", "celery", "--quiet", "-A", "twitterclone")
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "twitterclone.settings.dev",
    "RATE_LIMITS": "off",
    "CONFIRM_EMAIL": "off",
    "EMAIL_URL": "dummymail://",
    "LOG_LEVEL": "WARNING",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
    "LC_ALL": "C.UTF-8",
}

M = TypeVar("M", bound=Member)


@dataclass(frozen=True)
class Person:
    """Somebody on the site: a token for the API, a cookie for pages."""

    id: int
    username: str
    token: str
    cookie: str


@dataclass(frozen=True)
class People:
    """Each of the followers follows each of the authors."""

    authors: list[Person]
    followers: list[Person]


class Site:
    """The site on some servers. A process runs from the moment it is asked for, until `kill`.

    `env` is what its processes see and may be changed for those to come; `direct` always leads straight to
    the primary.
    """

    def __init__(
        self, logs: Path, data: Path, *, postgres: Postgres, valkey: Valkey, env: dict[str, str]
    ) -> None:
        self.python, self.logs, self.data = Path(sys.executable), logs, data
        self.postgres, self.valkey = postgres, valkey
        self.members: dict[str, Member] = {}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        own = {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url, "DATA_DIR": str(data)}
        self.direct = kept | SETTINGS | own | {"SECRET_KEY": secrets.token_hex(32)}
        self.env = self.direct | env

    def web(self, name: str = "web", *, processes: int = 1, threads: int = 4, **env: str) -> Server:
        """Pages and the API: granian, on a port of its own."""
        argv = ["-m", "granian", "--interface", "wsgi", "--workers", str(processes), "--no-ws"]
        argv += ["--blocking-threads", str(threads), "--log-level", "warning", "--host", "127.0.0.1"]
        return self._serve(name, argv, "twitterclone.wsgi:application", env)

    def sockets(self, name: str = "sockets", **env: str) -> Server:
        """The socket server; it serves pages too, as the one process of `make run` does."""
        argv = ["-m", "uvicorn", "--lifespan", "off", "--log-level", "warning"]
        return self._serve(name, argv, "twitterclone.asgi:application", env)

    def worker(
        self, name: str = "worker", *, queues: str = QUEUES, concurrency: int = 2, **env: str
    ) -> Worker:
        """A Celery worker with so many processes."""
        argv = [self.python, *CELERY, "worker", "-Q", queues, "--concurrency", concurrency]
        argv += ["-n", f"{name}@%h", "--loglevel", "warning", "--without-gossip", "--without-mingle"]
        return self._started(name, Worker(argv, self.env | env, self.logs / f"{name}.log"))

    def beat(self, name: str = "beat", **env: str) -> Member:
        """What sends the tasks of every second, minute and night."""
        argv = [self.python, *CELERY, "beat", "--loglevel", "warning", "--pidfile="]
        argv += ["--schedule", self.data / name]
        return self._started(name, Member(argv, self.env | env, self.logs / f"{name}.log"))

    def kill(self) -> None:
        """Ends all of them by force."""
        for member in self.members.values():
            member.kill()

    def run(self, *argv: str) -> str:
        """Runs Python with the site's environment, on the primary, to its end; what it printed."""
        status, text = processes.output_of([self.python, *argv], cwd=ROOT, env=self.direct)
        if status != 0:
            raise RuntimeError(f"{' '.join(argv)}: {text[-2000:]}")
        return text

    def people(self, authors: int = 4, followers: int = 10) -> People:
        """Makes people: each follower follows each author, and has an (empty) home timeline."""
        argv = ["-m", "ops.drill.cast", "--authors", str(authors), "--followers", str(followers)]
        found = json.loads(self.run(*argv).splitlines()[-1])
        return People(*([Person(**facts) for facts in found[kind]] for kind in ("authors", "followers")))

    def sql(self, query: str, values: tuple = ()) -> list[tuple[Any, ...]]:
        """Rows of the site's database, over a connection of its own."""
        with psycopg.connect(self.postgres.url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query, values).fetchall()

    def _serve(self, name: str, argv: list[str], application: str, env: dict[str, str]) -> Server:
        port = servers.free_port()
        argv = [self.python, *argv, "--port", port, application]
        return self._started(name, Server(argv, self.env | env, self.logs / f"{name}.log", port))

    def _started(self, name: str, member: M) -> M:
        self.members[name] = member
        member.start()
        return member
