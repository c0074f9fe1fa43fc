"""The raw clients of Redis, one per role, and the names of keys.

Roles: timelines, sessions (and limits), cache, broker, channels. Each has its own URL setting; by
default they share one server. Every key begins with the installation's prefix.
"""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_TIMEOUT = 1
REPLY_TIMEOUT = 5
QUICK_TIMEOUT = 2  # of timelines: a page that waits for them can be read from PostgreSQL instead


def key(*parts: object) -> str:
    """The installation's prefix and the parts, joined by colons."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])


@cache
def client(role: str) -> redis.Redis:
    """The process's client of a role; its pool is thread-safe and made anew in a forked child."""
    return redis.Redis.from_url(
        settings.REDIS_ROLES[role],
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_timeout=QUICK_TIMEOUT if role == "timelines" else REPLY_TIMEOUT,
        health_check_interval=30,
        # once more for a connection gone stale; redis-py's ten tries would hold a request for seconds
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def async_client(role: str) -> redis.asyncio.Redis:
    """A client for the running event loop that may wait for ever: for subscriptions and blocking pops."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_ROLES[role], socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=None
    )
