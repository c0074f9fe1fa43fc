"""The raw clients of Redis, one per role, and the names of keys.

Roles: timelines, sessions (and limits), cache, broker, channels. Each has its own URL setting; by
default they share one server. Any may be watched by sentinels (lib/sentinels.py); the timelines may be a
cluster: `redis+cluster://host:port,host:port`.
Every key begins with the installation's prefix.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha1
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import Connection
from redis.exceptions import ClusterDownError, ClusterError, NoScriptError, RedisClusterException, RedisError
from redis.retry import Retry

from twitterclone.lib.sentinels import watched

CONNECT_TIMEOUT = 1
REPLY_TIMEOUT = 5
QUICK_TIMEOUT = 2  # of timelines: a page that waits for them can be read from PostgreSQL instead
CLUSTER = "+cluster"

# whatever may be raised while Redis does not do what it is asked, and of that what says it is down
FAILURES = (RedisError, RedisClusterException, OSError)
DOWN = (
    redis.ConnectionError,
    redis.TimeoutError,
    ClusterDownError,
    ClusterError,
    RedisClusterException,
)


def key(*parts: object) -> str:
    """The installation's prefix and the parts, joined by colons."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])


def is_cluster(url: str) -> bool:
    """Whether the URL names a cluster's nodes instead of one server."""
    return urlsplit(url).scheme.endswith(CLUSTER)


class Client(redis.Redis):
    """Keeps a connection for each thread: to fetch one for a command takes longer than the command itself.

    One that has gone stale is tried once more, by the pool's way.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._here = threading.local()

    def execute_command(self, *args: Any, **options: Any) -> Any:
        connection = self._kept()
        try:
            connection.send_command(*args, **options)
            return self.parse_response(connection, args[0], **options)
        except redis.ResponseError:
            raise
        except redis.ConnectionError:
            connection.disconnect()
            return super().execute_command(*args, **options)
        except BaseException:
            connection.disconnect()  # its answer may still come, and would be the next one's
            raise

    def _kept(self) -> Connection:
        here = self._here
        if getattr(here, "pid", None) != os.getpid():  # a child has the parent's socket
            here.connection, here.pid = self.connection_pool.make_connection(), os.getpid()
        return cast("Connection", here.connection)


@cache
def client(role: str) -> redis.Redis:
    """The process's client of a role, for all its threads and forked children."""
    url = settings.REDIS_ROLES[role]
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": QUICK_TIMEOUT if role == "timelines" else REPLY_TIMEOUT,
        "health_check_interval": 30,
    }
    if is_cluster(url):
        return cast("redis.Redis", _cluster(url, options))
    # once more for a connection gone stale; redis-py's ten tries would hold a request for seconds
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    if found := watched(url):
        return Client(connection_pool=found.pool(retry=retry, **options))
    return Client.from_url(url, retry=retry, **options)


def run_script(role: str, script: str, keys: Sequence[str], args: Iterable[Any] = ()) -> Any:
    """What the script answers; its text goes to a server that does not know it yet, and to no other."""
    asked = client(role)
    try:
        return asked.execute_command("EVALSHA", sha_of(script), len(keys), *keys, *args)
    except NoScriptError:
        return asked.execute_command("EVAL", script, len(keys), *keys, *args)


@cache
def sha_of(script: str) -> str:
    """By which name the servers know a script."""
    return sha1(script.encode(), usedforsecurity=False).hexdigest()


def servers(role: str) -> list[dict[str, Any]]:
    """What each server of the role says of itself (INFO server, persistence); of a cluster the primaries."""
    asked = client(role)
    if isinstance(asked, RedisCluster):
        answers = asked.info("server", "persistence", target_nodes=RedisCluster.PRIMARIES)
        # one node's answer comes bare
        return list(answers.values()) if "run_id" not in answers else [answers]
    return [asked.info("server", "persistence")]


def async_client(role: str) -> redis.asyncio.Redis:
    """A client for the running event loop that may wait for ever: for subscriptions and blocking pops."""
    url = settings.REDIS_ROLES[role]
    options: dict[str, Any] = {"socket_connect_timeout": CONNECT_TIMEOUT, "socket_timeout": None}
    if found := watched(url):
        return redis.asyncio.Redis.from_pool(found.async_pool(**options))
    return redis.asyncio.Redis.from_url(url, **options)


def _cluster(url: str, options: dict[str, Any]) -> RedisCluster:
    """Any of the nodes leads to the others."""
    parts = urlsplit(url)
    who, _, places = parts.netloc.rpartition("@")
    username, _, password = who.partition(":")
    nodes = [ClusterNode(host, int(port or 6379)) for host, _, port in _halves(places)]
    return RedisCluster(
        startup_nodes=nodes,
        username=unquote(username) or None,
        password=unquote(password) or None,
        ssl=parts.scheme.startswith("rediss"),
        require_full_coverage=False,
        retry=Retry(NoBackoff(), 1),
        **options,
    )


def _halves(places: str) -> list[tuple[str, str, str]]:
    return [place.rpartition(":") if ":" in place else (place, "", "") for place in places.split(",")]
