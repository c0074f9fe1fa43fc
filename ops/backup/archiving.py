"""The log of writes (WAL): archived while the server runs, fetched by a recovery, thrown away when no backup
needs it any more.

PostgreSQL calls our programs as its own user, who may not be able to enter the repository or `.venv`: they
are copied beside its data, and for sealing any Python will do that this user can run.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ops import accounts, processes
from ops.accounts import Account
from ops.backup import keys
from ops.backup.keys import Key
from ops.backup.receiver import RECEIVER
from ops.backup.settings import Settings
from ops.bootstrap import site_packages
from ops.console import Refusal

HERE = Path(__file__).parent
SUMMARIES = 17  # from this release of PostgreSQL on there are differential backups
PROGRAMS = ("archive-wal", "fetch-wal", "seal-wal")
SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{16})")
KEPT = re.compile(r"([0-9A-F]{24})(\.[0-9A-F]{8}\.backup|\.partial)?\.(gz|gz\.age|sum)")


def prepare(settings: Settings, home: Path, account: Account | None, release: int) -> str:
    """Makes the archive's folders and programs for a server whose data is in `home`; the lines of its
    configuration, in words that its release of PostgreSQL knows, that have its log archived there."""
    make_folders(settings, account)
    return _lines(settings, _programs(home, account), account, release)


def prepare_for(settings: Settings, home: Path, account: Account, release: int) -> str:
    """As `prepare`, by root for a server whose user is not the site's: that user runs programs which it and
    the site can only read. The folders are for whoever calls to make."""
    folder = home / "wal-programs"
    for path in (home, folder):
        accounts.open_folder(path)
    _copy(folder, 0o755)
    return _lines(settings, folder, account, release)


def _lines(settings: Settings, folder: Path, account: Account | None, release: int) -> str:
    command = [folder / "archive-wal", settings.wal, settings.received, "%p", "%f"]
    seal = _seal(settings, folder, account)
    lines = [
        "archive_mode = on",
        f"archive_timeout = '{settings.archive_timeout}s'",
        f"archive_command = '{_quoted([*command, *seal])}'",
    ]
    if release >= SUMMARIES:
        lines += ["summarize_wal = on", "wal_summary_keep_time = '30d'"]
    if settings.sync:
        lines += [f"synchronous_standby_names = '{RECEIVER}'"]
    return "\n".join(lines)


def restore_command(
    settings: Settings, home: Path, account: Account | None, key: Key | None, other: Path | None = None
) -> str:
    """How a recovery whose server lives in `home` gets the log; `other` is a folder to look into at last."""
    folder = _programs(home, account)
    command = [folder / "fetch-wal", settings.wal, settings.received, other or "", "%f", "%p"]
    if key and key.opens:
        secret = folder / "identities"
        secret.write_text("".join(f"{identity}\n" for identity in key.identities))
        accounts.hand_over(secret, account)
        command += [*_sealer(folder, account), "open", *_packages(account), secret]
    return _quoted(command)


def make_folders(settings: Settings, account: Account | None) -> None:
    """The folder of backups, which we make but for its parents, and in it those of the server's user."""
    if not settings.folder.is_dir():
        if not settings.folder.parent.is_dir():
            raise Refusal(
                f"BACKUP_DIR={settings.folder}: {settings.folder.parent} is not there (not mounted?)."
            )
        settings.folder.mkdir()
        settings.folder.chmod(0o711)
    if not accounts.can(account, "-x", settings.folder):
        raise Refusal(
            f"The system user {account.name} cannot enter BACKUP_DIR={settings.folder}: "
            "let it pass (chmod o+x) there and above, or choose another folder."
        )
    for folder in (settings.wal, settings.received):
        if account or not _is_shared(folder):
            accounts.own_folder(folder, account)


def _is_shared(folder: Path) -> bool:
    """Whether it is another's, who lets us in: of a server whose user is not the site's."""
    return folder.is_dir() and folder.stat().st_uid != os.geteuid() and os.access(folder, os.W_OK | os.X_OK)


def archived(folder: Path) -> Iterator[tuple[str, Path]]:
    """The segments in the archive, by name, with their file; in no order."""
    for path in folder.iterdir() if folder.is_dir() else ():
        found = KEPT.fullmatch(path.name)
        if found and not found[2] and found[3] != "sum":
            yield found[1], path


def reachable(settings: Settings) -> set[str]:
    """The segments a recovery would find: archived, or received while they were written."""
    received = settings.received.iterdir() if settings.received.is_dir() else ()
    names = {name for name, _ in archived(settings.wal)}
    return names | {path.name.removesuffix(".partial") for path in received}


def prune(settings: Settings, oldest: str) -> int:
    """Deletes what lies before the segment `oldest` on its time line and on others; gives the bytes freed.

    History files of time lines stay: a recovery needs them, and they are small.
    """
    freed = 0
    for path in list(settings.wal.iterdir()):
        found = KEPT.fullmatch(path.name)
        if found and found[1][8:] < oldest[8:]:
            freed += path.stat().st_size
            path.unlink()
    known = dict(archived(settings.wal))
    for path in settings.received.iterdir() if settings.received.is_dir() else ():
        if path.name in known:
            freed += path.stat().st_size
            path.unlink()
    return freed


def settle(settings: Settings, server_programs: Path, account: Account | None) -> None:
    """Brings what was received, and never archived, into the archive: the next receiver begins anew.

    The segment that was being written keeps `.partial` in its name, as PostgreSQL itself names such a one.
    """
    if not settings.received.is_dir():
        return
    for path in sorted(settings.received.iterdir()):
        if SEGMENT.fullmatch(path.name.removesuffix(".partial")):
            keep(settings, server_programs, account, path)
            path.unlink(missing_ok=True)


def keep(settings: Settings, home: Path, account: Account | None, path: Path) -> None:
    """Archives one file as the server would; one of that name that is there already stays."""
    folder = _programs(home, account)
    if any((settings.wal / f"{path.name}{ending}").exists() for ending in (".gz", ".gz.age")):
        return
    argv: list[str | Path] = [folder / "archive-wal", settings.wal, settings.received, path, path.name]
    argv += _seal(settings, folder, account)
    status, text = processes.output_of(argv, cwd="/", account=account)
    if status:
        raise Refusal(f"{path.name} could not be archived: {text.strip()}")


def _programs(home: Path, account: Account | None) -> Path:
    """The folder beside the data with our programs in it, of this version."""
    folder = accounts.own_folder(home / "wal-programs", account)
    _copy(folder, 0o700, account)
    return folder


def _copy(folder: Path, mode: int, account: Account | None = None) -> None:
    owner = account.uid if account else os.geteuid()
    for name in PROGRAMS:
        draft, path = folder / f".{name}.{os.getpid()}", folder / name
        if path.exists() and path.read_bytes() == (HERE / name).read_bytes():
            state = path.stat()  # it may have been made for somebody else
            if (state.st_uid, state.st_mode & 0o777) == (owner, mode):
                continue
        shutil.copyfile(HERE / name, draft)
        accounts.hand_over(draft, account)
        draft.chmod(mode)
        draft.replace(path)  # a running server never meets half of it


def _packages(account: Account | None) -> list[Path]:
    packages = site_packages()
    record = next(packages.glob("pyrage-*.dist-info"), None)
    if record is None:
        raise Refusal("The package pyrage is not installed: run make upgrade.")
    version = record.name.removesuffix(".dist-info")
    return [accounts.reachable_programs(packages, ("pyrage",), version, account)]


def _seal(settings: Settings, folder: Path, account: Account | None) -> list[str | Path]:
    """The program that seals a segment, for the key there is; none without a key."""
    key = keys.read(settings.key)
    if key is None:
        return []
    public = folder / "recipients"
    public.write_text("".join(f"{word}\n" for word in key.recipients))
    accounts.hand_over(public, account)
    return [*_sealer(folder, account), "seal", *_packages(account), public]


def _sealer(folder: Path, account: Account | None) -> list[str | Path]:
    """A Python that the server's user can run, with the program that seals."""
    base = Path(getattr(sys, "_base_executable", sys.executable))
    who = accounts.as_user(account)
    packages = _packages(account)[0]
    for python in (base, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        argv = [str(python), "-I", "-c", f"import sys; sys.path.insert(0, {str(packages)!r}); import pyrage"]
        try:
            done = subprocess.run(argv, cwd="/", check=False, capture_output=True, **who)
        except OSError:
            continue
        if done.returncode == 0:
            return [Path(python), "-I", folder / "seal-wal"]
    raise Refusal(
        f"BACKUP_KEY needs a Python that {account.name if account else 'you'} can run: "
        "install the system's python3."
    )


def _quoted(words: list) -> str:
    """A command as it stands in postgresql.conf; %p and %f need no quotes of the shell."""
    return shlex.join(map(str, words)).replace("'", "''")
