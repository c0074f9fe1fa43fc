"""What each role of Redis says of itself, the queues of the workers, and how old backups are."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from redis.cluster import RedisCluster

from twitterclone.lib.redis import FAILURES, client
from twitterclone.monitoring.families import Found, off

QUEUES = ("fanout", "fanout-big", "outbox", "default", "media", "mail")
_SUMS = {
    "redis_memory_bytes": "used_memory",
    "redis_memory_max_bytes": "maxmemory",
    "redis_clients": "connected_clients",
    "redis_commands": "total_commands_processed",
    "redis_evicted": "evicted_keys",
    "redis_expired": "expired_keys",
}


def look_at_redis(found: Found) -> None:
    """Adds what each role's server says; of a cluster all primaries together."""
    told: dict[str, list[dict[str, Any]] | None] = {}
    for role, url in settings.REDIS_ROLES.items():
        if url not in told:
            begun = time.time()
            told[url] = _told(role)
            _look_at_clock(found, role, told[url] or [], begun)
        infos = told[url]
        found.add("redis_up", infos is not None, role)
        if infos is None:
            continue
        for name, key in _SUMS.items():
            found.add(name, sum(info.get(key, 0) for info in infos), role)
        found.add("redis_persistence_ok", all(_is_kept(info) for info in infos), role)


def _look_at_clock(found: Found, role: str, infos: list[dict[str, Any]], begun: float) -> None:
    """By the first role of each server; of a cluster the worst of its primaries."""
    ended = time.time()
    told = [
        off(int(info["server_time_usec"]) / 1e6, begun, ended) for info in infos if "server_time_usec" in info
    ]
    found.add("clock_off_seconds", max(told, default=None), f"redis-{role}")


def look_at_queues(found: Found) -> None:
    """Adds how many tasks wait in each queue."""
    try:
        with client("broker").pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.llen(f"{settings.REDIS_PREFIX}:{name}")
            lengths = pipe.execute()
    except FAILURES:
        found.add("part_up", 0, "queues")
        return
    found.add("part_up", 1, "queues")
    for name, length in zip(QUEUES, lengths, strict=True):
        found.add("queue_tasks", length, name)


def look_at_backups(found: Found, path: Path | None = None) -> None:
    """Adds how old the newest good backup of each kind is; nothing where none was ever made."""
    path = path or Path(settings.DATA_DIR) / "backups" / "status.json"
    try:
        entries = json.loads(path.read_text())
        by_kind: dict[str, list[tuple[datetime, dict[str, Any]]]] = {}
        for entry in entries:
            by_kind.setdefault(str(entry["kind"]), []).append((_moment(entry["finished_at"]), entry))
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError):
        found.add("part_up", 0, "backups")
        return
    found.add("part_up", 1, "backups")
    now = timezone.now()
    for kind, made in by_kind.items():
        made.sort(key=lambda one: one[0])
        good = [moment for moment, entry in made if entry.get("ok")]
        proved = [_moment(entry["verified_at"]) for _, entry in made if entry.get("verified_at")]
        found.add("backup_ok", bool(made[-1][1].get("ok")), kind)
        if good:
            found.add("backup_age_seconds", (now - good[-1]).total_seconds(), kind)
        if proved:
            found.add("backup_verified_age_seconds", (now - max(proved)).total_seconds(), kind)


def _told(role: str) -> list[dict[str, Any]] | None:
    try:
        asked = client(role)
        if isinstance(asked, RedisCluster):
            answers = asked.info(target_nodes=RedisCluster.PRIMARIES)
            return list(answers.values()) if "run_id" not in answers else [answers]
        return [asked.info()]
    except FAILURES:
        return None


def _is_kept(info: dict[str, Any]) -> bool:
    return all(info.get(name, "ok") == "ok" for name in ("rdb_last_bgsave_status", "aof_last_write_status"))


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
