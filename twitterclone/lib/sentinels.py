"""`redis+sentinel://:password@one:26379,two:26379/service/0`: whichever server of a service is primary.

Sentinels watch a primary and its replicas and promote one when it dies. The password is the servers'; the
sentinels' own, if they have one, is `?sentinel_password=…`.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import redis.asyncio.sentinel
import redis.sentinel

SCHEME = "redis+sentinel"
PATIENCE = 1  # seconds for a sentinel to say who is primary; then the next is asked


@dataclass(frozen=True)
class Watched:
    """A service that sentinels watch."""

    service: str
    places: tuple[tuple[str, int], ...]
    db: int = 0
    username: str | None = None
    password: str | None = None
    sentinel_password: str | None = None

    @property
    def credentials(self) -> dict[str, Any]:
        given = {"username": self.username, "password": self.password}
        return {name: value for name, value in given.items() if value} | {"db": self.db}

    @property
    def asking(self) -> dict[str, Any]:
        """How sentinels are asked."""
        own = {"password": self.sentinel_password} if self.sentinel_password else {}
        return {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, **own}

    def pool(self, **options: Any) -> redis.sentinel.SentinelConnectionPool:
        """Connections to the primary of the moment; a lost one is made anew to whoever is it then."""
        manager = redis.sentinel.Sentinel(self.places, sentinel_kwargs=self.asking)
        return redis.sentinel.SentinelConnectionPool(self.service, manager, **self.credentials, **options)

    def async_pool(self, **options: Any) -> "AsyncPool":
        """The same for an event loop."""
        manager = redis.asyncio.sentinel.Sentinel(list(self.places), sentinel_kwargs=self.asking)
        return AsyncPool(self.service, manager, **self.credentials, **options)


class AsyncPool(redis.asyncio.sentinel.SentinelConnectionPool):
    """redis-py's, which leaves its connections to the sentinels open when it is closed."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def watched(url: str) -> Watched | None:
    """The service that the URL names; None for an URL of another kind."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME:
        return None
    who, _, places = parts.netloc.rpartition("@")
    username, _, password = who.partition(":")
    service, _, db = parts.path.strip("/").partition("/")
    if not service or not places:
        raise ValueError(f"an URL of {SCHEME} names sentinels and a service: {SCHEME}://one:26379/service/0")
    query = parse_qs(parts.query)
    return Watched(
        service=service,
        places=tuple(_place(place) for place in places.split(",")),
        db=int(db or 0),
        username=unquote(username) or None,
        password=unquote(password) or None,
        sentinel_password=query.get("sentinel_password", [None])[0],
    )


def cache_options(url: str) -> tuple[str, dict[str, Any]]:
    """LOCATION and more OPTIONS of Django's cache. Reads go to the primary too: what is written is seen."""
    found = watched(url)
    if found is None:
        return url, {}
    return f"redis://{found.service}/{found.db}", {
        "CONNECTION_FACTORY": "django_redis.pool.SentinelConnectionFactory",
        "CONNECTION_POOL_CLASS": "redis.sentinel.SentinelConnectionPool",
        "SENTINELS": list(found.places),
        "SENTINEL_KWARGS": found.asking,
        "CONNECTION_POOL_KWARGS": {name: value for name, value in found.credentials.items() if name != "db"},
    }


def broker_options(url: str) -> tuple[str, dict[str, Any]]:
    """CELERY_BROKER_URL and more of its transport's options."""
    found = watched(url)
    if found is None:
        return url, {}
    who = f"{quote(found.username or '', safe='')}:{quote(found.password or '', safe='')}@"
    urls = (f"sentinel://{who}{host}:{port}/{found.db}" for host, port in found.places)
    return ";".join(urls), {"master_name": found.service, "sentinel_kwargs": found.asking}


def channels_host(url: str) -> dict[str, Any]:
    """A host of channels_redis."""
    found = watched(url)
    if found is None:
        return {"address": url}
    asked = {"sentinels": list(found.places), "master_name": found.service, "sentinel_kwargs": found.asking}
    return asked | found.credentials


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    return (host, int(port)) if colon else (text, 26379)
