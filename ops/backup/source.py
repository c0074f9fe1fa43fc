"""The server that is backed up: how to reach it, and with which programs."""

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ops import processes, servers, site
from ops.accounts import Account
from ops.backup.settings import Settings
from ops.console import Refusal, disk_full
from ops.paths import Layout
from ops.postgres import Postgres, why
from ops.valkey import Valkey

SPARE = 200_000_000  # bytes that are always left on a disk
WATCH = 5.0  # seconds between looks at whether a program will ever end


@dataclass
class Source:
    """A PostgreSQL, reached as somebody who may read all of it and, for physical backups, replicate."""

    url: str
    programs: Path
    account: Account | None
    env: dict[str, str]  # of the site
    own: Postgres | None = None  # when it is the one of `make run`
    valkey: Valkey | None = None
    _password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = conninfo_to_dict(self.url)
        self._password = str(parts.pop("password", "") or "")
        self.conninfo = make_conninfo(**parts)  # without the password, which others could list

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PGPASSWORD": self._password}

    def connect(self) -> psycopg.Connection:
        try:
            return psycopg.connect(self.url, autocommit=True, connect_timeout=10)
        except psycopg.Error as error:
            raise Refusal(f"The database cannot be reached: {str(error).splitlines()[0]}") from None

    @property
    def release(self) -> int:
        """The server's version, as 18."""
        with self.connect() as connection:
            return connection.info.server_version // 10_000

    @property
    def is_standby(self) -> bool:
        with self.connect() as connection:
            return bool(connection.execute("SELECT pg_is_in_recovery()").fetchone()[0])

    def check_programs(self, name: str) -> None:
        """Refuses a program that is not of the server's version, where another may not do."""
        _, text = processes.output_of([self.programs / name, "--version"], cwd="/")
        found = re.search(r"\(PostgreSQL\) (\d+)", text)
        if not found or int(found[1]) != self.release:
            raise Refusal(
                f"{self.programs / name} is of PostgreSQL {found[1] if found else 'none'}, the server of "
                f"{self.release}: set BACKUP_PG_BIN to the folder with the server's own programs."
            )

    def setting(self, name: str) -> str:
        with self.connect() as connection:
            return str(connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0])

    @contextlib.contextmanager
    def streamed(
        self, name: str, *arguments: str | Path, hopeless: Callable[[], str] | None = None
    ) -> Iterator[IO[bytes]]:
        """What a program writes; refuses at the end when it did not end well, and before once `hopeless`,
        which is asked now and then, says why it never will."""
        argv = [self.programs / name, *arguments]
        process = processes.spawn(
            argv, cwd="/", env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        told: list[bytes] = []
        hearer = threading.Thread(target=lambda: told.append(process.stderr.read()), daemon=True)
        hearer.start()
        over, reasons = threading.Event(), [""]

        def watch() -> None:
            while not reasons[0] and not over.wait(WATCH):
                reasons[0] = hopeless()
            if reasons[0]:
                process.terminate()

        watcher = threading.Thread(target=watch, daemon=True)
        if hopeless:
            watcher.start()
        try:
            yield process.stdout
            status = process.wait()
            hearer.join()
        finally:
            over.set()
            processes.end_group(process, grace=2)
        if status:
            raise Refusal(reasons[0] or why(f"{name} failed", b"".join(told).decode(errors="replace")))

    def fed(self, name: str, *arguments: str | Path, source: IO[bytes]) -> None:
        """Runs a program that reads the stream."""
        process = processes.spawn(
            [self.programs / name, *arguments],
            cwd="/", env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        told: list[bytes] = []
        hearer = threading.Thread(target=lambda: told.append(process.stderr.read()), daemon=True)
        hearer.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                shutil.copyfileobj(source, process.stdin, 1 << 20)
                process.stdin.close()
            status = process.wait()
            hearer.join()
        finally:
            processes.end_group(process, grace=2)
        if status:
            raise Refusal(why(f"{name} failed", b"".join(told).decode(errors="replace")))


def as_site(source: Source) -> Source:
    """The same server for what is written to it: as the site's role, where that for backups only reads."""
    if source.own:
        return source
    return replace(source, url=os.environ.get("DATABASE_DIRECT_URL") or os.environ["DATABASE_URL"])


@contextlib.contextmanager
def reached(layout: Layout, settings: Settings) -> Iterator[Source]:
    """The running server; the installation's own is started for the while when it does not run."""
    if os.environ.get("DATABASE_URL"):
        yield _external(layout, settings)
        return
    with site.reached(layout) as env:
        own = servers.of_installation(layout)
        own.postgres.port = urlsplit(env["DATABASE_URL"]).port
        yield of_own(own.postgres, env, own.valkey)


def of_own(postgres: Postgres, env: dict[str, str], valkey: Valkey | None = None) -> Source:
    """A server that we run ourselves."""
    url = f"postgresql://postgres:{postgres.admin_password}@127.0.0.1:{postgres.port}/twitterclone"
    return Source(url, postgres.programs, postgres.account, env, postgres, valkey)


def _external(layout: Layout, settings: Settings) -> Source:
    ours = os.environ.get("DATABASE_DIRECT_URL") or os.environ["DATABASE_URL"]
    # how pgBackRest gets in, as the server's user by its socket, is no way for us
    url = ours if settings.driver == "pgbackrest" else settings.database_url or ours
    env = site.environment(layout, site.address(), servers.Servers())
    return Source(url, settings.programs or servers.postgres_programs(None), None, env)


def check_room(folder: Path, needed: int, what: str) -> None:
    """Refuses what would fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise Refusal(
            f"The disk is full: {what} needs {-(-needed // 1_000_000):,} MB in {folder} and "
            f"{SPARE // 1_000_000:,} MB to spare, {free // 1_000_000:,} MB are free."
        )


def told(text: str) -> str:
    """The disk if it is full, else the last line."""
    if disk_full(text):
        return "The disk is full: free some space and start again."
    return ([line for line in text.splitlines() if line.strip()] or ["no reason given"])[-1].strip()
