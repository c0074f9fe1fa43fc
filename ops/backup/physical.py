"""Full and differential backups of a server's files, taken while it runs.

Each is one stream of pg_basebackup, compressed and sealed on its way, with its manifest beside it: names,
sizes and checksums of the files, which the next differential and every check need.
"""

import json
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from ops.backup import archiving, keys, sealing
from ops.backup.catalog import Backup, Draft, backups, newest, tell_passed_over
from ops.backup.progress import Progress
from ops.backup.settings import Settings
from ops.backup.source import Source, check_room
from ops.console import Refusal, say

MANIFEST = "backup_manifest"
BASE = "base.tar.gz"
SEGMENT_BYTES = 16 << 20
ARCHIVING = 60.0  # seconds within which a segment must have been archived


def take(settings: Settings, source: Source, kind: str) -> Backup:
    """A full backup, or what changed since the last full one.

    After a restore there is nothing to count changes from, nor ever before PostgreSQL 17: then it is a full
    one.
    """
    if kind == "diff" and (release := source.release) < archiving.SUMMARIES:
        say(f"PostgreSQL {release} makes no differential backups, 17 does: this becomes a full one.")
        kind = "full"
    source.check_programs("pg_basebackup")
    _check_server(source, kind)
    full, line = _base(settings) if kind == "diff" else None, _line_of(source)
    if full and (full.facts["system"], full.facts["timeline"]) != line:
        say("The server was restored since the last full backup: this becomes a full one.")
        kind, full = "full", None
    check_room(settings.folder, _guess(settings, source, kind), f"a {kind} backup")
    key = keys.read(settings.key)
    argv = [
        "-D",
        "-",
        "-F",
        "t",
        "-X",
        "none",
        "-c",
        "fast",
        "--manifest-checksums=SHA256",
        "-d",
        source.conninfo,
    ]
    if full:
        argv += ["-i", full.path / MANIFEST]
    with Draft(settings, kind) as draft:
        writer = sealing.Writer(draft.path / sealing.name_of(BASE, key), key)
        try:
            archiver = _Archiver(source)
            with (
                source.streamed("pg_basebackup", *argv, hopeless=archiver.why_hopeless) as stream,
                Progress(f"{kind} backup") as progress,
            ):
                manifest = _copy(stream, writer, progress)
            writer.close()
        except BaseException:
            writer.abort()
            raise
        _check_log(settings, source, manifest)
        (draft.path / MANIFEST).write_bytes(manifest)
        (draft.path / MANIFEST).chmod(0o600)
        draft.add(writer.path.name, writer.sha256, writer.bytes)
        draft.backup.facts = facts_of(manifest, system=line[0]) | ({"base": full.path.name} if full else {})
    return draft.backup


def facts_of(manifest: bytes, *, system: str) -> dict:
    """What of a manifest the restore and the retention need; which system it is stands in it from 17 on."""
    read = json.loads(manifest)
    first, last = read["WAL-Ranges"][0], read["WAL-Ranges"][-1]
    return {
        "system": system,
        "first_wal": segment_of(first["Timeline"], first["Start-LSN"]),
        "timeline": last["Timeline"],
        "start_lsn": first["Start-LSN"],
        "end_lsn": last["End-LSN"],
        "size": sum(file["Size"] for file in read["Files"]),
    }


def segment_of(timeline: int, lsn: str) -> str:
    """The name of the log's segment that holds a position."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    return f"{timeline:08X}{high:08X}{low // SEGMENT_BYTES:08X}"


def fitting(settings: Settings, until: datetime | None, name: str = "") -> Backup:
    """The newest backup that is not broken and was finished before the moment; or the one of that name, even
    if it was found broken once."""
    known = backups(settings, "full", "diff")
    found = [backup for backup in known if backup.ok]
    if name:
        found = [backup for backup in known if name in (backup.name, backup.path.name)]
        if not found:
            raise Refusal(f"No physical backup is called {name}: make backup ARGS=status lists them.")
    if until:
        known = [backup for backup in known if backup.finished < until.astimezone(UTC)]
        oldest, found = found[:1], [backup for backup in found if backup in known]
        if not found:
            since = f": the oldest moment is {oldest[0].finished_at}" if oldest else ""
            raise Refusal(f"No backup was finished before {until.isoformat()}{since}.")
    if not found:
        raise Refusal('There is no physical backup yet: make backup ARGS="full".')
    tell_passed_over(found[-1], known)
    return found[-1]


@dataclass
class _Archiver:
    """The server keeps a backup waiting until its log is archived, for ever when that never works."""

    source: Source
    since: float = 0.0  # when it was last seen not to wait, or to have archived something
    count: int = -1

    def why_hopeless(self) -> str:
        """Why the backup will never end, once nothing was archived for a while that it waits for."""
        query = """
            SELECT archived_count, EXISTS (SELECT FROM pg_stat_progress_basebackup
                WHERE phase = 'waiting for wal archiving to finish') FROM pg_stat_archiver
        """
        try:
            with self.source.connect() as connection:
                count, waits = connection.execute(query).fetchone()
        except Refusal:
            return ""  # pg_basebackup tells it itself
        if not waits or count != self.count:
            self.since, self.count = time.monotonic(), count
        if time.monotonic() - self.since < ARCHIVING:
            return ""
        return "The server does not archive its log, which the backup waits for: its own log says why."


@dataclass
class _Tee:
    """What reads here has been written there."""

    stream: IO[bytes]
    writer: sealing.Writer
    progress: Progress

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.writer.write(data)
        self.progress.add(len(data))
        return data


def _copy(stream: IO[bytes], writer: sealing.Writer, progress: Progress) -> bytes:
    """Copies the stream of a tar to its end; gives the manifest, which comes last in it."""
    tee = _Tee(stream, writer, progress)
    manifest = b""
    try:
        with tarfile.open(fileobj=tee, mode="r|", bufsize=1 << 18) as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = tar.extractfile(member).read()
    except tarfile.TarError:
        manifest = b""  # it broke off: what pg_basebackup says of it comes when it is left
    while tee.read(1 << 18):
        pass
    return manifest


def _base(settings: Settings) -> Backup:
    full = newest(settings, "full")
    if full is None:
        raise Refusal('A differential backup needs a full one before it: make backup ARGS="full".')
    return full


def _line_of(source: Source) -> tuple[str, int]:
    """Which server it is, and on which time line."""
    query = """
        SELECT s.system_identifier::text, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
    """
    with source.connect() as connection:
        system, timeline = connection.execute(query).fetchone()
    return str(system), int(timeline)


def _check_server(source: Source, kind: str) -> None:
    with source.connect() as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [["archive_mode", "summarize_wal"]],
        ).fetchall()
    found = dict(rows)
    if found["archive_mode"] == "off":
        raise Refusal(
            "The server does not archive its log, without which no physical backup can be restored: "
            "start it anew with BACKUP_DIR set"
            + (
                "."
                if source.own
                else ', and with the lines of make backup ARGS="setup" in its configuration.'
            )
        )
    if kind == "diff" and found.get("summarize_wal") != "on":
        raise Refusal("Differential backups need summarize_wal = on since before the full one.")


def _check_log(settings: Settings, source: Source, manifest: bytes) -> None:
    """Refuses a backup whose log is not in the archive, for nothing can be restored of it.

    A primary has archived it by now; of a standby's, the primary archives the end within its time.
    """
    facts = facts_of(manifest, system="")
    high, low = (int(part, 16) for part in facts["end_lsn"].split("/"))
    last = (high << 32) + low - 1  # the last byte before the end
    end = segment_of(facts["timeline"], f"{last >> 32:X}/{last & 0xFFFFFFFF:X}")
    needed = {facts["first_wal"], end}
    patience = settings.archive_timeout + ARCHIVING if source.is_standby else 0
    deadline = time.monotonic() + patience
    while lacking := needed - archiving.reachable(settings):
        if time.monotonic() > deadline:
            raise Refusal(
                f"The backup was thrown away: its log ({min(lacking)}) is not in {settings.wal}. The "
                + ("primary of this standby" if source.is_standby else "server")
                + " archives it elsewhere or not at all: make backup ARGS=setup has the lines for it."
            )
        time.sleep(0.5)


def _guess(settings: Settings, source: Source, kind: str) -> int:
    """How many bytes it may take: as the last of its kind and half more, else as the database."""
    last = newest(settings, kind)
    if last:
        return int(last.bytes * 1.5)
    with source.connect() as connection:
        size = connection.execute("SELECT sum(pg_database_size(oid)) FROM pg_database").fetchone()[0]
    return int(size) if kind == "full" else int(size) // 4
