"""Whether a backup can be restored: by its checksums, then by restoring it and looking at what came out."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ops import accounts
from ops.backup import dumps, judging, keys, media, recovery, sealing
from ops.backup.catalog import PHYSICAL, Backup, chain, now
from ops.backup.settings import Settings
from ops.backup.source import Source, of_own
from ops.console import Refusal
from ops.paths import Layout
from ops.postgres import Postgres

FOLDER = "backup-check"


@dataclass(frozen=True)
class Verifier:
    """Checks backups on servers of its own, of which nothing remains."""

    layout: Layout
    settings: Settings
    source: Source

    def verify(self, backup: Backup, *, to_the_end: bool = False) -> bool:
        """Notes in the backup's record what was found; `to_the_end` replays the log up to now too.

        False when it is not verified: broken, or sealed for another key than the one here, of which the
        record says nothing.
        """
        found = self._broken_files(backup)
        if not found and backup.sealed and not self._opens():
            return False
        if not found:
            try:
                found = self._tried(backup, to_the_end)
            except sealing.WrongKey:
                return False
            except Refusal as refusal:
                found = [str(refusal)]
        backup.ok, backup.why = not found, "; ".join(found[:3])
        backup.verified_at = now() if backup.ok else ""
        backup.save()
        return backup.ok

    def _opens(self) -> bool:
        key = keys.read(self.settings.key)
        return bool(key and key.opens)

    def _broken_files(self, backup: Backup) -> list[str]:
        parts = chain(self.settings, backup)
        if not parts:
            return [f"the full backup {backup.facts['base']} is not there"]
        found = []
        for part in parts:
            for name, sha256 in part.files.items():
                path = part.path / name
                if not path.is_file():
                    found.append(f"{part.name}: {name} is not there")
                elif sealing.digest_of(path) != sha256:
                    found.append(f"{part.name}: {name} is not what was written")
        return found

    def _tried(self, backup: Backup, to_the_end: bool) -> list[str]:
        if backup.kind in PHYSICAL:
            return self._with_server(lambda server: self._recovered(server, backup, to_the_end))
        if backup.kind == "dump":
            return self._with_server(lambda server: self._loaded(server, backup), empty=True)
        if backup.kind == "media":
            return [text] if (text := media.check(self.settings, backup)) else []
        return self._readable(backup)

    def _recovered(self, server: Postgres, backup: Backup, to_the_end: bool) -> list[str]:
        recovery.unpack(self.settings, server, backup)
        recovery.recover(self.settings, server, recovery.Target(soonest=not to_the_end))
        return judging.judge(server, self.source.env, self._database)

    def _loaded(self, server: Postgres, backup: Backup) -> list[str]:
        server.start()
        mine = of_own(server, self.source.env)
        dumps.load(mine, backup, self.settings, *dumps.INTO_NEW)
        return judging.compare(server, dumps.expected(backup)) or judging.judge(server, self.source.env)

    def _readable(self, backup: Backup) -> list[str]:
        (name,) = backup.files
        with sealing.opened(backup.path / name, keys.read(self.settings.key)) as stream:
            return [] if stream.read(6) in (b"REDIS0", b"VALKEY") else ["it is no snapshot of Redis"]

    def _with_server(self, work: Callable[[Postgres], list[str]], *, empty: bool = False) -> list[str]:
        own = self.source.own
        home = own.home if own else accounts.servers_home(self.layout.data, accounts.server_account())
        folder, log = home / FOLDER, self.layout.logs / "backup-check.log"
        shutil.rmtree(folder, ignore_errors=True)
        server = recovery.beside(own, folder, log, self.source.programs, empty=empty)
        try:
            return work(server)
        finally:
            server.stop(grace=0)
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _database(self) -> str:
        return urlsplit(self.source.url).path.lstrip("/") or "twitterclone"


def worth(backups: list[Backup], kinds: tuple[str, ...]) -> list[Backup]:
    """Those that `verify` looks at by itself: the newest of each kind, and again what was found broken, which
    a disk, a key or a server may have been to blame for."""
    newest = {backup.kind: backup.name for backup in backups if backup.kind in kinds}
    return [one for one in backups if one.kind in kinds and (not one.ok or newest[one.kind] == one.name)]
