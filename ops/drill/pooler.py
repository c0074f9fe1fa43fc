"""PgBouncer between a drill's site and its database, configured as operators configure theirs."""

import contextlib
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from ops import accounts, processes, servers
from ops.drill.crew import Site
from ops.drill.registry import NotRun
from ops.drill.stage import Stage

PLACES = "/usr/sbin:/usr/local/sbin"


class Pooler:
    """Running from the moment it is made; the site's processes to come go through it."""

    def __init__(self, stage: Stage, site: Site, *, size: int, clients: int) -> None:
        program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path=PLACES)
        if program is None:
            raise NotRun("PgBouncer is not on this machine (Debian: apt install pgbouncer)")
        self.port = servers.free_port()
        self.version = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[1]
        account = accounts.server_account()
        folder = accounts.own_folder(stage.folder / "pgbouncer", account)
        said = site.run(
            "manage.py", "pgbouncer_config", "--out", str(folder), "--port", str(self.port),
            "--size", str(size), "--clients", str(clients), "--release", self.version,
        )  # fmt: skip
        for name in ("pgbouncer.ini", "userlist.txt"):
            accounts.hand_over(folder / name, account)
        self.url = _through(site.postgres.url, self.port)
        self.prepares = "DATABASE_POOLED=prepared" in said
        site.env |= {
            "DATABASE_URL": self.url,
            "DATABASE_DIRECT_URL": site.postgres.url,
            "DATABASE_POOLED": "prepared" if self.prepares else "true",
        }
        self._start([program, folder / "pgbouncer.ini"], stage.logs / "pgbouncer.log", account)
        stage.at_end(lambda: processes.end_group(self.process, grace=2))
        stage.wait(self.answers, "PgBouncer answers", patience=20)

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False

    def _start(self, argv: list[str | Path], log: Path, account: accounts.Account | None) -> None:
        with log.open("ab") as output:
            self.process = processes.spawn(argv, account=account, cwd="/", stdout=output, stderr=output)


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"))
