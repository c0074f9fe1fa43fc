"""Redis, role by role: what is a cache may go, what is none must not."""

import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings

from twitterclone.doctor.registry import LOOPBACK, checks
from twitterclone.lib.findings import Finding, error, fine, hint, warning
from twitterclone.lib.redis import FAILURES, client, is_cluster

GROUND = "redis.answers"
MB = 1024**2
# what is lost with the server: everybody is logged out, tasks are forgotten; the other roles are rebuilt
KEPT, NEEDED = ("sessions", "broker"), ("sessions", "broker", "timelines", "channels")
SLOW, TOO_SLOW = 0.005, 0.05


def servers() -> dict[str, list[str]]:
    """The roles by the server that has them."""
    found: dict[str, list[str]] = {}
    for role, url in settings.REDIS_ROLES.items():
        found.setdefault(url, []).append(role)
    return found


def _infos() -> Iterator[tuple[list[str], dict[str, Any]]]:
    """What each server says of itself, with its roles; of a cluster each node that may be written."""
    for url, roles in servers().items():
        if is_cluster(url):
            cluster: Any = client(roles[0])
            answers = cluster.info(target_nodes=redis.cluster.RedisCluster.PRIMARIES)
            yield from ((roles, info) for info in ([answers] if "run_id" in answers else answers.values()))
        else:
            yield roles, client(roles[0]).info()


@checks.check(GROUND, "sessions, limits, timelines, tasks and sockets go through Redis")
def answers() -> Iterator[Finding]:
    for roles in servers().values():
        who = f"Redis of {', '.join(roles)}"
        try:
            client(roles[0]).ping()
        except FAILURES as failure:
            yield error(
                f"{who}: no answer ({type(failure).__name__})",
                f"start it; check REDIS_URL, {_variable(roles)}",
            )
        else:
            yield fine(f"{who} answers")


@checks.check("redis.version", "sharded channels need Redis 7, or Valkey", needs=GROUND)
def version() -> Iterator[Finding]:
    for roles, info in _infos():
        name = "Valkey" if info.get("server_name") == "valkey" else "Redis"
        told = str(info.get("valkey_version") or info.get("redis_version", "0"))
        if name == "Redis" and int(told.partition(".")[0]) < 7:
            yield error(f"Redis of {', '.join(roles)} is {told}", "install Redis 7 or newer, or Valkey")
        else:
            yield fine(f"{name} {told} for {', '.join(roles)}")


@checks.check("redis.persistence", "a restart must not log everybody out nor forget tasks", needs=GROUND)
def persistence() -> Iterator[Finding]:
    for roles, info in _infos():
        who = f"Redis of {', '.join(roles)}"
        if set(KEPT) & set(roles) and not info.get("aof_enabled"):
            yield error(
                f"{who} writes no log: a restart loses sessions and tasks",
                "appendonly yes, appendfsync everysec",
            )
        elif "timelines" in roles and not info.get("aof_enabled"):
            yield hint(f"{who} writes no log: a restart makes every timeline cold", "appendonly yes")
        for key, what in (("aof_last_write_status", "its log"), ("rdb_last_bgsave_status", "its snapshot")):
            if info.get(key, "ok") != "ok":
                yield error(
                    f"{who} could not write {what}", "look at its log: often the disk, or overcommit_memory"
                )


@checks.check("redis.eviction", "a full Redis must refuse, not throw sessions and tasks away", needs=GROUND)
def eviction() -> Iterator[Finding]:
    for roles, info in _infos():
        who, policy = f"Redis of {', '.join(roles)}", info.get("maxmemory_policy", "noeviction")
        if policy != "noeviction" and set(NEEDED) & set(roles):
            yield error(
                f"{who} throws away what it has no room for ({policy})", "maxmemory-policy noeviction"
            )
        if policy == "noeviction" and roles == ["cache"] and info.get("maxmemory"):
            yield hint(
                f"{who} refuses when it is full", "maxmemory-policy allkeys-lfu, for it is a cache alone"
            )
        if set(NEEDED) & set(roles) and (gone := int(info.get("evicted_keys", 0))):
            yield warning(f"{who} threw {gone:,} keys away since its start", "give it memory, and noeviction")


@checks.check(
    "redis.memory", "a Redis without room refuses writes; without a limit it takes the machine", needs=GROUND
)
def memory() -> Iterator[Finding]:
    for roles, info in _infos():
        who, used, most = (
            f"Redis of {', '.join(roles)}",
            int(info["used_memory"]),
            int(info.get("maxmemory", 0)),
        )
        machine = int(info.get("total_system_memory", 0))
        if most:
            told, share = f"{who} has {used / MB:,.0f} of {most / MB:,.0f} MB", used / most
        else:
            told, share = f"{who} has {used / MB:,.0f} MB and no limit", used / machine if machine else 0.0
        if share > 0.95:
            yield error(told, "raise maxmemory, or give the roles servers of their own")
        elif share > 0.8 or (not most and share > 0.5):
            yield warning(told, "raise maxmemory, or give the roles servers of their own")
        elif not most:
            yield hint(told, "maxmemory, three quarters of what the machine has for it")
        else:
            yield fine(told)


@checks.check("redis.latency", "a warm page waits for two answers of Redis", needs=GROUND)
def latency() -> Iterator[Finding]:
    for roles in servers().values():
        peer = client(roles[0])
        peer.ping()
        times = [_timed(partial(peer.ping)) for _ in range(9)]
        middle = statistics.median(times)
        told = f"Redis of {', '.join(roles)} answers within {middle * 1000:.1f} ms"
        if middle > TOO_SLOW:
            yield error(told, "bring it near; look at SLOWLOG GET and LATENCY DOCTOR")
        elif middle > SLOW:
            yield warning(told, "bring it near; look at SLOWLOG GET and LATENCY DOCTOR")
        else:
            yield fine(told)


@checks.check("redis.way", "whoever reaches Redis without a password is everybody's session")
def way() -> Iterator[Finding]:
    for url, roles in servers().items():
        parts = urlsplit(url.replace("+cluster", ""))
        far = [host for host in _hosts(parts.netloc) if host not in LOOPBACK]
        if far and not parts.password:
            yield error(
                f"Redis of {', '.join(roles)} at {far[0]} has no password", "requirepass, and the URL"
            )
        elif far and parts.scheme != "rediss":
            yield hint(
                f"the way to Redis at {far[0]} is not encrypted", "rediss://, or a network of your own"
            )


def _hosts(netloc: str) -> list[str]:
    places = netloc.rpartition("@")[2].split(",")
    return [(place.rpartition(":")[0] if ":" in place else place).strip("[]") for place in places]


def _variable(roles: list[str]) -> str:
    return f"REDIS_{roles[0].upper()}_URL"


def _timed(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
