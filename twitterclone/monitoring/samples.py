"""The last half hour in a few figures, for the operators' page: a sample each fifteen seconds, in Redis."""

import json
import time
from itertools import pairwise

from twitterclone.lib.redis import FAILURES, client, key
from twitterclone.monitoring.exposition import looked
from twitterclone.monitoring.families import Found
from twitterclone.monitoring.processes import counted

SECONDS = 15
KEPT = 120
LIFE = 3600
APART = 5.0  # seconds: of two that are nearer, a rate says nothing

Sample = dict[str, float]


def take_sample() -> None:
    """Adds what is so now; the oldest beyond half an hour goes."""
    name = key("figures")
    with client("cache").pipeline() as pipe:
        pipe.lpush(name, json.dumps(sample(looked())))
        pipe.ltrim(name, 0, KEPT - 1)
        pipe.expire(name, LIFE)
        pipe.execute()


def samples() -> list[Sample]:
    """What was kept, oldest first; nothing while Redis is away."""
    try:
        return [json.loads(line) for line in reversed(client("cache").lrange(key("figures"), 0, KEPT - 1))]
    except FAILURES:
        return []


def sample(found: Found) -> Sample:
    """What the page draws, of what was found and of what this machine's processes counted."""
    counts: dict[str, float] = {}
    for metric in counted():
        for one in metric.samples:
            counts[one.name] = counts.get(one.name, 0.0) + one.value
            if one.name == "twitterclone_request_seconds_count" and one.labels["status"] >= "500":
                counts["failed"] = counts.get("failed", 0.0) + one.value
    return {
        "at": time.time(),
        "lag": found.get("fanout_lag_seconds") or 0.0,
        "open": sum(found.of("outbox_open").values()),
        "queued": sum(found.of("queue_tasks").values()),
        "connections": sum(found.of("database_connections").values()),
        "memory": max(found.of("redis_memory_bytes").values(), default=0.0),
        "replica_lag": max(found.of("replica_lag_bytes").values(), default=0.0),
        "sockets": counts.get("twitterclone_sockets_open", 0.0),
        "deliveries": counts.get("twitterclone_deliveries_total", 0.0),
        "requests": counts.get("twitterclone_request_seconds_count", 0.0),
        "failed": counts.get("failed", 0.0),
    }


def series(kept: list[Sample], name: str) -> list[float]:
    """How this figure went."""
    return [one.get(name, 0.0) for one in kept]


def rates(kept: list[Sample], name: str) -> list[float]:
    """How often in a second, between each sample and the next; 0 where a count began anew."""
    return [
        max(0.0, (after.get(name, 0.0) - before.get(name, 0.0)) / (after["at"] - before["at"]))
        for before, after in pairwise(kept)
        if after["at"] - before["at"] >= APART
    ]
