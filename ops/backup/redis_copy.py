"""A copy of what Redis has on disk: sessions above all, for everything else can be built anew."""

import os
import shutil
import time
from pathlib import Path

import redis

from ops.backup import keys, sealing
from ops.backup.catalog import Backup, Draft
from ops.backup.settings import Settings
from ops.console import Refusal

NAME = "dump.rdb"
PATIENCE = 600.0


def take(settings: Settings, env: dict[str, str]) -> Backup:
    """Has the server of the role sessions write its snapshot, and copies that."""
    url = env.get("REDIS_SESSIONS_URL") or env["REDIS_URL"]
    if "+" in url.partition("://")[0]:
        raise Refusal("Behind sentinels or in a cluster, copy dump.rdb on the machine of the server itself.")
    key = keys.read(settings.key)
    try:
        with redis.Redis.from_url(url, decode_responses=True, socket_timeout=10) as client:
            path = _saved(client)
    except redis.RedisError as error:
        raise Refusal(f"Redis made no snapshot: {error}") from None
    with Draft(settings, "redis") as draft:
        writer = sealing.Writer(draft.path / sealing.name_of(f"{NAME}.gz", key), key)
        try:
            with path.open("rb") as source:
                shutil.copyfileobj(source, writer, sealing.CHUNK)
            writer.close()
        except BaseException:
            writer.abort()
            raise
        draft.add(writer.path.name, writer.sha256, writer.bytes)
    return draft.backup


def write_out(settings: Settings, backup: Backup, target: Path) -> None:
    """Writes the snapshot as a file that a server of Redis loads; its sessions are for the owner's eyes."""
    (name,) = backup.files
    draft = target.with_name(f".{target.name}.new")
    draft.unlink(missing_ok=True)
    try:
        with (
            sealing.opened(backup.path / name, keys.read(settings.key)) as source,
            os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            shutil.copyfileobj(source, file, sealing.CHUNK)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _saved(client: redis.Redis) -> Path:
    before = client.info("persistence")["rdb_saves"]
    client.bgsave(schedule=True)
    deadline = time.monotonic() + PATIENCE
    while (state := client.info("persistence"))["rdb_saves"] == before or state["rdb_bgsave_in_progress"]:
        if time.monotonic() > deadline or state["rdb_last_bgsave_status"] != "ok":
            raise Refusal("Redis could not write its snapshot; its log says why.")
        time.sleep(0.1)
    path = Path(client.config_get("dir")["dir"]) / client.config_get("dbfilename")["dbfilename"]
    if not path.is_file():
        raise Refusal(f"{path} is not on this machine: run this where Redis runs, or copy it from there.")
    return path
