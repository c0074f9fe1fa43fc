"""The system user who runs the servers when we are root, and the folders that user can reach.

PostgreSQL refuses to run as root. Nobody's permissions are loosened for it: where the user cannot
enter our folders, data and programs live under /var/lib/twitterclone instead.
"""

import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.console import Refusal, say

CANDIDATES = ("postgres", "twitterclone", "nobody")
STORES = (Path("/var/lib/twitterclone"), Path("/var/tmp/twitterclone"))


@dataclass(frozen=True)
class Account:
    """A system user."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...] = ()  # besides its own
    home: str = ""


def server_account() -> Account | None:
    """Who runs the servers: ourselves (None), or as root the first of the candidates that exists."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Refusal("Started as root, but no system user postgres, twitterclone or nobody exists: add one.")


def site_user() -> Account | None:
    """Whose the site is on a server that `make deploy` set up (SITE_USER): what root has our verbs do there
    is done as that user, so that no file is left that the site cannot touch. None: we stay who we are."""
    name = os.environ.get("SITE_USER")
    if os.geteuid() != 0 or not name:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Refusal(f"SITE_USER={name}: there is no such user on this machine.") from None
    groups = (gid for gid in os.getgrouplist(name, entry.pw_gid) if gid != entry.pw_gid)
    return Account(name, entry.pw_uid, entry.pw_gid, tuple(groups), entry.pw_dir)


def home_of(account: Account | None) -> dict[str, str]:
    """For its environment: in another's home it could not even see what is not there."""
    return {"HOME": account.home} if account else {}


def as_user(account: Account | None) -> dict[str, Any]:
    """What `subprocess` is told to run something as the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": list(account.groups)}


def can(account: Account | None, test: str, path: Path) -> bool:
    """Whether the account passes `test` (as of test(1): -x, -r, -w) on a path; asked of the kernel."""
    if account is None:
        return True
    argv = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
    return subprocess.run(argv, cwd="/", check=False, **as_user(account)).returncode == 0


def store() -> Path:
    """The folder for what the server account must reach; ours, writable by root alone."""
    for folder in STORES:
        try:
            open_folder(folder)
            state = folder.lstat()
        except OSError:
            continue
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != 0 or state.st_mode & 0o022:
            raise Refusal(f"{folder} must be a folder that only root can write to.")
        return folder
    raise Refusal(f"Neither {STORES[0]} nor {STORES[1]} can be made for the database files.")


def open_folder(path: Path) -> None:
    """Make a folder that all may enter and only we may write to, whatever our umask says."""
    if not path.exists():
        path.mkdir()
        path.chmod(0o755)


def servers_home(data: Path, account: Account | None) -> Path:
    """The folder that holds the servers' data: the data folder itself where its user can enter it,
    otherwise a folder in the store that `servers` in the data folder points to."""
    pointer = data / "servers"
    if pointer.is_symlink():
        home = pointer.readlink()
        if not home.is_dir():
            raise Refusal(f"{pointer} points to {home}, which is gone; remove the link to start anew.")
        return home
    if can(account, "-x", data):
        return data
    if (data / "postgres").exists():
        raise Refusal(f"The system user {account.name} cannot enter {data}; let it, or set DATA_DIR.")
    home = store() / secrets.token_hex(6)
    open_folder(home)
    pointer.symlink_to(home)
    say(f"The database lives in {home}, since the system user {account.name} cannot enter {data}.")
    return home


def own_folder(path: Path, account: Account | None) -> Path:
    """A folder for the servers' eyes only."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def hand_over(path: Path, account: Account | None) -> None:
    """Give a file to the server account, readable by nobody else."""
    path.chmod(0o600)
    if account:
        os.chown(path, account.uid, account.gid)


def reachable_programs(packages: Path, names: tuple[str, ...], version: str, account: Account | None) -> Path:
    """The folder with the named packages, copied into the store when the account cannot run ours."""
    if can(account, "-r", packages / names[0] / "__init__.py"):
        return packages
    home = store() / "programs" / version
    if home.is_dir():
        return home
    open_folder(home.parent)
    draft = home.with_name(f"{home.name}.{os.getpid()}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for name in names:
        shutil.copytree(packages / name, draft / name, symlinks=True)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    draft.rename(home)
    return home
