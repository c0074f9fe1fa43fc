"""A database with the site's tables in it, made by the first drill of a run and copied by the others."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops import accounts, replication
from ops.postgres import Postgres


class Template:
    """Copies are servers of their own, but for the administrator's password."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._admin_password = ""

    def take(self, server: Postgres, conninfo: str) -> None:
        """Keeps a copy of a running server, unless there is one."""
        if not self._admin_password:
            replication.copy(server, conninfo, self._folder / "postgres")
            self._admin_password = server.admin_password

    def fill(self, server: Postgres) -> None:
        """Gives a server that was never started the copy, if there is one yet."""
        if self._admin_password:
            # as root it copies the owner too
            subprocess.run(["cp", "-a", str(self._folder / "postgres"), str(server.data)], check=True)
            server.admin_password = self._admin_password


@contextlib.contextmanager
def of_run() -> Iterator[Template]:
    """A template for as long as drills run."""
    with tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True) as folder:
        yield Template(accounts.own_folder(Path(folder), accounts.server_account()))
