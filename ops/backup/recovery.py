"""From a physical backup and the archived log to a running server of its own, in a folder beside."""

import os
import re
import secrets
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ops import accounts, processes, servers
from ops.accounts import hand_over, own_folder
from ops.backup import archiving, keys, physical, sealing
from ops.backup.catalog import Backup, chain
from ops.backup.progress import Progress
from ops.backup.replaying import Replay
from ops.backup.settings import Settings
from ops.backup.source import check_room
from ops.console import Refusal, say
from ops.postgres import Postgres, why

LINKS = 18  # from here on pg_combinebackup can link files
HOURS = 24 * 3600.0
# Python 3.11 has it from its fourth patch on; what it would refuse is refused here as well
FILTER: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


@dataclass(frozen=True)
class Target:
    """Until when: the end of the log, or a moment, or a named place; on the newest time line or another."""

    moment: datetime | None = None
    restore_point: str = ""
    timeline: str = "latest"
    soonest: bool = False  # as soon as the backup is whole: for a look at it alone

    def lines(self) -> list[str]:
        lines = [f"recovery_target_timeline = '{self.timeline}'"]
        if self.soonest:
            lines += ["recovery_target = 'immediate'"]
        if self.moment:
            lines += [f"recovery_target_time = '{self.moment.isoformat(sep=' ')}'"]
        if self.restore_point:
            lines += ["recovery_target_name = '{}'".format(self.restore_point.replace("'", "''"))]
        return [*lines, "recovery_target_action = 'promote'"]

    def __str__(self) -> str:
        return str(self.moment or self.restore_point or "the end of the log")


class Adopted(Postgres):
    """Made from the backup of a server whose passwords are not known here: its administrator has ours until
    `give_back`."""

    before = ""

    def give_back(self) -> None:
        """The administrator's password is again what it was."""
        word = f"'{self.before}'" if self.before else "NULL"
        self.sql(f"ALTER ROLE postgres PASSWORD {word}")

    def _make_database(self) -> None:
        self.stop(grace=600)
        query = "SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'"
        found = re.search(r'rolpassword = "([^"]*)"', self._alone(query))
        self.before = found[1] if found else ""
        self._alone(f"ALTER ROLE postgres LOGIN SUPERUSER PASSWORD '{self.admin_password}'")
        self._launch()
        self._wait()

    def _alone(self, statement: str) -> str:
        """Has the stopped server do this, which asks for no password then."""
        who = self.account
        done = subprocess.run(
            [str(word) for word in (self.program("postgres"), "--single", "-D", self.data, "postgres")],
            input=f"{statement}\n", capture_output=True, text=True, check=False,
            cwd="/", env=self.environment(),
            **accounts.as_user(who),
        )  # fmt: skip
        if done.returncode or "ERROR" in done.stderr:
            raise Refusal(why("The restored server cannot be entered", done.stderr))
        return done.stdout


def beside(
    own: Postgres | None, folder: Path, log: Path, programs: Path | None = None, *, empty: bool = False
) -> Postgres:
    """A server whose data is to be in `folder`/postgres: with the programs and passwords of `own`, or, where
    the server is none of ours, with those in the folder `programs` and passwords for the while. `empty`: no
    backup will be unpacked there."""
    kind = Postgres if own or empty else Adopted
    account = own.account if own else accounts.server_account()
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    return kind(
        home=accounts.own_folder(folder, account),
        programs=own.programs if own else programs,
        port=servers.free_port(),
        log=log,
        password=own.password if own else secrets.token_hex(24),
        admin_password=own.admin_password if own else secrets.token_hex(24),
        account=account,
        patience=HOURS,
    )


def unpack(settings: Settings, server: Postgres, backup: Backup) -> None:
    """Makes the data folder of a stopped server from a backup; checks each file against the manifest."""
    parts = chain(settings, backup)
    if not parts:
        raise Refusal(f"{backup.name} hangs on the full backup {backup.facts['base']}, which is not there.")
    check_room(server.home, sum(part.facts["size"] for part in parts), "the restore")
    folders = []
    for part in parts:
        folder = server.data if len(parts) == 1 else server.home / f"part-{part.kind}"
        shutil.rmtree(folder, ignore_errors=True)
        own_folder(folder, server.account)
        _extract(settings, part, folder, server)
        _run(server, ["pg_verifybackup", "-q", "-n", folder], f"{part.name} is broken")
        folders.append(folder)
    if len(parts) > 1:
        shutil.rmtree(server.data, ignore_errors=True)
        link = ["--link"] if server.release() >= LINKS else []
        _run(
            server, ["pg_combinebackup", *link, "-o", server.data, *folders], "The backups cannot be combined"
        )
        for folder in folders:
            shutil.rmtree(folder)
    # a standby's backup says that it is one, and would wait for its primary for ever
    for name in ("backup_manifest", "tablespace_map", "standby.signal"):
        (server.data / name).unlink(missing_ok=True)


def recover(settings: Settings, server: Postgres, target: Target, other: Path | None = None) -> None:
    """Starts the server on what `unpack` made, replays the log up to the target, and leaves it running.

    `other` is a folder with more of the log: that of the data folder which is replaced.
    """
    key = keys.read(settings.key)
    command = archiving.restore_command(settings, server.home, server.account, key, other)
    kept = server.data / "postgresql.auto.conf"
    if kept.exists() and kept.read_text().strip():
        kept.replace(kept.with_name("postgresql.auto.conf.before-restore"))
    kept.touch()
    signal = server.data / "recovery.signal"
    signal.touch()
    for path in (kept, signal):
        hand_over(path, server.account)
    # nobody is let in before all is replayed, so that nothing is read from the past
    lines = [f"restore_command = '{command}'", *target.lines(), "hot_standby = off", "archive_mode = off"]
    server.settings = "\n".join([*lines, "log_startup_progress_interval = '5s'"])
    with Progress("replaying the log", "segments", 1) as progress:
        server.watch = Replay(server.log, progress)
        try:
            server.start()
        except Refusal as refusal:
            if "before configured recovery target" in str(refusal):
                raise Refusal(f"The log ends before {target}: nothing was written after it, or the "
                              "archive lacks it. --latest restores what there is.") from None  # fmt: skip
            raise
    server.watch = None


def finish(settings: Settings, server: Postgres) -> None:
    """Stops a recovered server; the archive learns of its new time line, which later recoveries follow."""
    server.stop(grace=600)
    for path in _new_line(server):
        archiving.keep(settings, server.home, server.account, path)


def announce(server: Postgres) -> None:
    """The archive learns of a stopped server's new time line only once that is started in another's place:
    the server itself archives what is marked so."""
    for path in _new_line(server):
        mark = path.parent / "archive_status" / f"{path.name}.ready"
        mark.touch()
        hand_over(mark, server.account)


def _new_line(server: Postgres) -> list[Path]:
    """What a stopped server has written whole of its time line, and where that begins."""
    current = _field(server, "Latest checkpoint's REDO WAL file")
    timeline = current[:8]
    found = sorted((server.data / "pg_wal").iterdir())
    return [
        path
        for path in found
        if path.name == f"{timeline}.history"
        or (archiving.SEGMENT.fullmatch(path.name) and path.name[:8] == timeline and path.name < current)
    ]


def _extract(settings: Settings, part: Backup, folder: Path, server: Postgres) -> None:
    name = next(name for name in part.files if name.startswith(physical.BASE))
    say(f"Unpacking {part.name} …")
    try:
        with (
            sealing.opened(part.path / name, keys.read(settings.key)) as stream,
            Progress(part.name) as progress,
            tarfile.open(fileobj=stream, mode="r|", bufsize=1 << 18) as tar,
        ):
            for member in tar:
                _refuse_strange(member)
                tar.extract(member, folder, **FILTER)
                progress.add(member.size)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Refusal(f"{part.name} is broken: {error}") from None
    for path in (folder, *folder.rglob("*")):
        if server.account:
            os.chown(path, server.account.uid, server.account.gid, follow_symlinks=False)
        path.chmod(0o700 if path.is_dir() else 0o600)


def _refuse_strange(member: tarfile.TarInfo) -> None:
    """A data folder of ours holds files and folders below itself, and nothing else."""
    path = Path(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise tarfile.ExtractError(f"{member.name} does not belong into a data folder")


def _run(server: Postgres, argv: list, what: str) -> None:
    argv = [server.program(argv[0]), *argv[1:]]
    status, text = processes.output_of(argv, cwd="/", account=server.account, env=server.environment())
    if status:
        raise Refusal(why(what, text))


def _field(server: Postgres, name: str) -> str:
    argv = [server.program("pg_controldata"), "-D", server.data]
    _, text = processes.output_of(argv, cwd="/", account=server.account, env=server.environment())
    found = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith(name)]
    if not found:
        raise Refusal(f"{server.data} cannot be read: {text.strip()}")
    return found[0]
