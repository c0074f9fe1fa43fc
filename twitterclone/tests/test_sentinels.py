"""Every user of Redis behind real sentinels: the primary is killed, and all go on with its replica."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import async_to_sync
from channels_redis.pubsub import RedisPubSubChannelLayer
from kombu import Connection
from redis.exceptions import RedisError

from ops.drill.sentinels import Trio
from ops.drill.stage import Stage
from ops.external import redis_problem
from twitterclone.lib.cache import OwnCache
from twitterclone.lib.redis import async_client, client, key, run_script
from twitterclone.lib.sentinels import Watched, broker_options, cache_options, channels_host, watched
from twitterclone.tests.valkey import forget_clients

URL = "redis+sentinel://me:s%40y@one:1,two/site/3?sentinel_password=p"


@pytest.mark.unit
def test_url_names_service_sentinels_and_passwords() -> None:
    assert watched(URL) == Watched("site", (("one", 1), ("two", 26379)), 3, "me", "s@y", "p")
    assert watched("redis://127.0.0.1:6379/0") is None
    with pytest.raises(ValueError, match="service"):
        watched("redis+sentinel://one:26379/")


@pytest.mark.unit
def test_broker_is_named_as_kombu_wants_it() -> None:
    url, options = broker_options(URL)
    assert url == "sentinel://me:s%40y@one:1/3;sentinel://me:s%40y@two:26379/3"
    assert options["master_name"] == "site"
    assert broker_options("redis://x/0") == ("redis://x/0", {})


@pytest.fixture
def trio(tmp_path: Path, settings: Any) -> Iterator[Trio]:
    with Stage(tmp_path, "sentinels", tiny=True) as stage:
        trio = Trio(stage)
        settings.REDIS_ROLES = dict.fromkeys(settings.REDIS_ROLES, trio.url)
        forget_clients()
        yield trio
    forget_clients()


def in_time(action: Callable[[], Any]) -> Any:
    """What it gives once it works again."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return action()
        except (RedisError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.flow
def test_everybody_goes_on_when_the_primary_is_killed(trio: Trio, settings: Any) -> None:
    place, options = cache_options(trio.url)
    cache = OwnCache(place, {"OPTIONS": options, "KEY_PREFIX": "x"})
    script = "return redis.call('INCR', KEYS[1])"
    broker, transport = broker_options(trio.url)

    def publish() -> None:
        with Connection(broker, transport_options=transport) as connection:
            connection.SimpleQueue("drill").put("hello")

    async def tell_and_ping() -> bool:
        layer = RedisPubSubChannelLayer(hosts=[{**channels_host(trio.url), "socket_timeout": None}])
        name = await layer.new_channel()
        await layer.send(name, {"type": "x"})
        got = await layer.receive(name)
        (shard,) = layer._layers[asyncio.get_running_loop()]._shards
        pool = shard._redis.connection_pool
        await layer.flush()
        await pool.aclose()
        await pool.sentinel_manager.aclose()  # which channels_redis leaves open
        async with async_client("channels") as asked:
            return got == {"type": "x"} and await asked.ping()

    def all_work(number: int) -> None:
        assert in_time(lambda: client("sessions").set(key("a"), number))
        assert in_time(lambda: run_script("timelines", script, [key("b")])) == number
        in_time(lambda: cache.set("c", number))
        assert in_time(lambda: cache.get("c")) == number
        assert in_time(async_to_sync(tell_and_ping))
        in_time(publish)

    all_work(1)
    redis.Redis.wait(client("sessions"), 1, 2000)
    trio.kill_primary()
    trio.wait_for_another()
    all_work(2)
    assert redis_problem(trio.url) == ""
