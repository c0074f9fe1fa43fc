"""`manage.py pgbouncer_config`: what PgBouncer needs to stand between the site and its databases."""

import re
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from twitterclone.lib import pgbouncer
from twitterclone.settings.database import SESSION


class Command(BaseCommand):
    help = "Writes pgbouncer.ini and userlist.txt for this site's databases, and says what to set."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.DATA_DIR) / "pgbouncer")
        parser.add_argument("--listen", default="127.0.0.1", help="the address it listens at")
        parser.add_argument("--port", type=int, default=6432)
        parser.add_argument("--size", type=int, default=20, help="connections to each database at most")
        parser.add_argument("--clients", type=int, default=1000, help="connections of clients at most")
        parser.add_argument("--release", help="PgBouncer's version, e.g. 1.18; else that of this machine")

    def handle(self, *args: Any, out: Path, port: int, listen: str, **options: Any) -> None:
        databases = {alias: connections[alias].settings_dict for alias in connections}
        if any("," in str(found["HOST"]) for found in databases.values()):
            raise CommandError("PgBouncer takes one host for a database: give the one that takes writes.")
        _check(port=port, size=options["size"], clients=options["clients"], release=options["release"])
        version = pgbouncer.version_of(f"PgBouncer {options['release']}" if options["release"] else _said())
        text = pgbouncer.configuration(
            databases, SESSION, folder=str(out.resolve()), host=listen, port=port,
            size=options["size"], clients=options["clients"], version=version,
        )  # fmt: skip
        out.mkdir(parents=True, exist_ok=True)
        for name, content in (("pgbouncer.ini", text), ("userlist.txt", pgbouncer.users(databases))):
            path = out / name
            path.touch(mode=0o600)  # before a password is in it
            path.chmod(0o600)
            path.write_text(content)
            self.stdout.write(f"Written: {path}")
        self._say_what_to_set(databases, f"{listen}:{port}", version)

    def _say_what_to_set(self, databases: dict[str, Any], place: str, version: tuple[int, ...]) -> None:
        who = f"{databases['default']['USER']}:…"
        self.stdout.write("\nFor the site's processes:")
        self.stdout.write(f"  DATABASE_URL=postgresql://{who}@{place}/{databases['default']['NAME']}")
        replicas = [f"postgresql://{who}@{place}/{alias}" for alias in databases if alias != "default"]
        if replicas:
            self.stdout.write(f"  DATABASE_REPLICA_URLS={','.join(replicas)}")
        self.stdout.write("  DATABASE_DIRECT_URL=what DATABASE_URL is now")
        self.stdout.write(f"  DATABASE_POOLED={'prepared' if version >= pgbouncer.PREPARES else 'true'}")


def _check(*, port: int, size: int, clients: int, release: str | None) -> None:
    """Refuses what PgBouncer would take for something else: to it, 0 connections are any number."""
    if size < 1 or clients < 1:
        raise CommandError("--size and --clients are 1 or more.")
    if not 0 < port < 65_536:
        raise CommandError("--port is from 1 to 65535.")
    if release and not re.match(r"\d+\.\d+", release):
        raise CommandError(f"--release is a version such as 1.21, unlike {release!r}.")


def _said() -> str:
    """What the program of this machine says of itself; nothing without one."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        return ""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 -- a fixed word
