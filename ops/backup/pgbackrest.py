"""The driver for servers of your own from PostgreSQL 15 on: pgBackRest, told by our settings.

It runs where the server's data is, as the user whose data it is, since that user's server calls it too. It
needs a version that knows the server's: 2.45 knows 15, 2.55 knows 18.
"""

import json
import os
import pwd
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from ops.accounts import Account, as_user, can, hand_over, own_folder, server_account
from ops.backup.recovery import Target
from ops.backup.settings import Settings
from ops.console import Refusal

STANZA = "twitterclone"
CONFIGURATION = """\
# Written anew each time by make backup.
[global]
repo1-path={repository}
repo1-retention-full={fulls}
{cipher}compress-type={compress}
process-max=2
start-fast=y
log-level-file=off
log-level-console=warn
lock-path={own}
spool-path={own}

[{stanza}]
pg1-path={data}
{connection}"""


class PgBackRest:
    """pgBackRest on one server. `database_url` is how to reach that; a socket's folder stands as host."""

    def __init__(self, settings: Settings, database_url: str, program: str = "pgbackrest") -> None:
        if settings.pgdata is None:
            raise Refusal("BACKUP_DRIVER=pgbackrest needs BACKUP_PG_DATA: the folder of the server's data.")
        self.settings, self.url, self.program = settings, database_url, program
        self.account = _owner(settings.pgdata)
        self.own = settings.state / "pgbackrest"
        self.file = self.own / "pgbackrest.conf"
        self.repository = settings.folder / "pgbackrest"

    def configuration(self) -> str:
        """What pgBackRest is told."""
        given = conninfo_to_dict(self.url)
        names = (("host", "pg1-socket-path"), ("port", "pg1-port"), ("user", "pg1-user"))
        lines = [f"{theirs}={given[ours]}" for ours, theirs in names if given.get(ours)]
        if not str(given.get("host") or "/").startswith("/"):
            raise Refusal(
                "pgBackRest reaches its server by a socket: "
                "BACKUP_DATABASE_URL=postgresql:///postgres?host=/FOLDER"
            )
        secret = _secret(self.settings.key)
        return CONFIGURATION.format(
            repository=self.repository,
            fulls=self.settings.keep_fulls,
            cipher=f"repo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass={secret}\n" if secret else "",
            compress="gz",
            own=self.own,
            stanza=STANZA,
            data=self.settings.pgdata,
            connection="".join(f"{line}\n" for line in lines),
        )

    def argv(self, command: str, *options: str) -> list[str]:
        return [self.program, f"--config={self.file}", f"--stanza={STANZA}", *options, command]

    def restore_argv(self, target: Target, into: Path, name: str = "") -> list[str]:
        """Into an empty folder, or over the stopped server's own."""
        options = [f"--pg1-path={into}", f"--target-timeline={target.timeline}"]
        if target.moment:
            options += [
                "--type=time",
                f"--target={target.moment.isoformat(sep=' ')}",
                "--target-action=promote",
            ]
        if name:
            options += [f"--set={name}"]
        if into == self.settings.pgdata:
            options += ["--delta"]
        return self.argv("restore", *options)

    def archive_command(self) -> str:
        return " ".join([*self.argv("archive-push"), '"%p"'])

    def take(self, kind: str) -> None:
        self.run(self.argv("backup", f"--type={kind}"))

    def verify(self) -> None:
        """Checksums of all that lies in the repository; that it can be restored, a restore alone shows."""
        self.run(self.argv("verify"))
        self._note_verified()

    def entries(self) -> list[dict[str, Any]]:
        """Its backups as `status.json` has them."""
        listed = json.loads(self.run(self.argv("info", "--output=json")))
        return entries_of(listed, self._verified(), str(self.repository))

    def write_configuration(self) -> None:
        self.settings.state.mkdir(parents=True, exist_ok=True)
        for folder in (self.own, self.repository):
            own_folder(folder, self.account)
            if not can(self.account, "-w", folder):
                raise Refusal(f"The system user {self.account.name} cannot enter {folder.parent}: "
                              "let it pass (chmod o+x) there and above.")  # fmt: skip
        draft = self.file.with_suffix(".new")
        draft.touch(mode=0o600)  # before a password is in it
        draft.write_text(self.configuration())
        hand_over(draft, self.account)
        draft.replace(self.file)

    def run(self, argv: list[str]) -> str:
        self.write_configuration()
        try:
            done = subprocess.run(
                argv, cwd="/", capture_output=True, text=True, check=False, **as_user(self.account)
            )
        except FileNotFoundError:
            raise Refusal("pgBackRest is not on this machine: install the package pgbackrest.") from None
        if done.returncode:
            raise Refusal(f"pgBackRest: {_reason(done.stderr + done.stdout)}")
        return done.stdout

    def _verified(self) -> dict[str, str]:
        try:
            return json.loads((self.settings.state / "pgbackrest-verified.json").read_text())
        except (OSError, ValueError):
            return {}

    def _note_verified(self) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        listed = json.loads(self.run(self.argv("info", "--output=json")))
        labels = [found["label"] for stanza in listed for found in stanza["backup"]]
        path = self.settings.state / "pgbackrest-verified.json"
        path.write_text(json.dumps(dict.fromkeys(labels, at)))


def entries_of(listed: list[dict], verified: dict[str, str], path: str) -> list[dict[str, Any]]:
    """What `pgbackrest info --output=json` says, in our words."""
    return [
        {
            "kind": "full" if found["type"] == "full" else "diff",
            "finished_at": datetime.fromtimestamp(found["timestamp"]["stop"], UTC).isoformat(),
            "verified_at": verified.get(found["label"], ""),
            "ok": not found.get("error"),
            "why": "pages are broken" if found.get("error") else "",
            "bytes": found["info"]["repository"]["delta"],
            "seconds": float(found["timestamp"]["stop"] - found["timestamp"]["start"]),
            "sealed": stanza.get("cipher", "none") != "none",
            "path": f"{path}/backup/{STANZA}/{found['label']}",
        }
        for stanza in listed
        for found in stanza["backup"]
    ]


def _reason(text: str) -> str:
    """What it warned of and why it gave up, without its hints."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line.rpartition("P00")[2].strip() for line in lines if "WARN" in line or "ERROR" in line]
    return "; ".join(told or lines[-1:] or ["no reason given"])


def _owner(data: Path) -> Account | None:
    """Whose server it is, when we are root and may act as anybody; before there is data, who runs ours."""
    if os.geteuid() != 0:
        return None
    try:
        found = data.stat()
    except FileNotFoundError:
        return server_account()
    return Account(pwd.getpwuid(found.st_uid).pw_name, found.st_uid, found.st_gid)


def _secret(key: Path | None) -> str:
    """The last line of the key file is the password."""
    if key is None:
        return ""
    lines = [line.strip() for line in key.read_text().splitlines() if line.strip()]
    if not lines or key.stat().st_mode & 0o077:
        raise Refusal(f"{key} must hold a password and be readable by you alone (chmod 600).")
    return lines[-1]
