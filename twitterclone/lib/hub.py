"""The socket process's side of the ticks: one subscription, and a loop over its own sockets.

Each event loop has one hub. It registers in Redis what its sockets listen to (so that nobody publishes
for people who are not here), listens to its own channel, and beats. When Redis goes away it tries again
with growing pauses; once back it registers everything anew and tells its sockets to catch up.
"""

import asyncio
import json
import logging
import random
import secrets
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from twitterclone.lib.metrics import SOCKET_LAG
from twitterclone.lib.realtime import LIFE, REST, process_channel, processes_key
from twitterclone.lib.redis import async_client

HEARTBEAT = 10.0  # seconds; three of them are missed before a process counts as gone
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
COUNTS_PAUSE = 1.0  # seconds between two counts ticks of one tweet
CHUNK = 1000
READY, CATCH_UP = json.dumps({"type": "ready"}), json.dumps({"type": "catchup"})

log = logging.getLogger(__name__)

_BEAT = """
    local now = tonumber(redis.call('TIME')[1])
    redis.call('ZADD', KEYS[1], now, ARGV[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 2 * tonumber(ARGV[2]))
    redis.call('SPUBLISH', KEYS[2], '')
    return redis.call('EXPIRE', KEYS[2] .. ':topics', 2 * tonumber(ARGV[2]))
"""


class Socket(Protocol):
    """What the hub needs of a socket: to take a frame at once, without waiting for its network."""

    def deliver(self, frame: str) -> None: ...


class Hub:
    """Who listens to what in this process, and the task that keeps Redis knowing it."""

    def __init__(self) -> None:
        self.process = secrets.token_hex(8)
        self._sockets: dict[str, set[Socket]] = {}
        self._changed: set[str] = set()
        self._newcomers: list[Socket] = []
        self._work = asyncio.Event()
        self._counted: dict[str, bool] = {}
        self._heard = self._beaten = 0.0
        self._broken = False
        self._task: asyncio.Task[None] | None = None

    def add(self, socket: Socket, topics: set[str], *, greet: bool = False) -> None:
        """From now on the socket gets what is told on the topics; `greet` sends `ready` once that is sure."""
        for topic in topics:
            if topic not in self._sockets:
                self._sockets[topic] = set()
                self._changed.add(topic)
            self._sockets[topic].add(socket)
        if greet:
            self._newcomers.append(socket)
        self._work.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, socket: Socket, topics: set[str]) -> None:
        """The socket gets nothing more of these topics."""
        for topic in topics:
            others = self._sockets.get(topic, set())
            others.discard(socket)
            if not others and self._sockets.pop(topic, None) is not None:
                self._changed.add(topic)
        self._work.set()

    def count(self, topic: str) -> int:
        """How many sockets of this process listen to the topic."""
        return len(self._sockets.get(topic, ()))

    async def close(self) -> None:
        """Leaves: nothing is delivered any more, and Redis forgets the process."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    # The task

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._live()
            except Exception as error:
                log.warning("live updates are interrupted: %s", _causes(error))
            self._broken = True
            lasted = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE if lasted > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 -- spreads the processes

    async def _live(self) -> None:
        """Subscribed and registered, until something breaks."""
        redis = async_client("channels")
        redis.set_retry(Retry(NoBackoff(), 0))  # a silent reconnect would lose ticks unnoticed
        try:
            async with redis.pubsub() as subscription:
                await subscription.ssubscribe(process_channel(self.process))
                await subscription.get_message(timeout=HEARTBEAT)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(subscription))
                    tasks.create_task(self._register(redis))
                    tasks.create_task(self._beat(redis))
        except asyncio.CancelledError:
            await self._leave(redis)
            raise
        finally:
            await redis.aclose()

    async def _listen(self, subscription: PubSub) -> None:
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        async for message in subscription.listen():
            self._heard = loop.time()
            if message["type"] == "smessage" and message["data"]:
                self._dispatch(message["data"].decode())
            elif message["type"] == "smessage":  # our own heartbeat came round
                SOCKET_LAG.set(self._heard - self._beaten)

    async def _register(self, redis: Redis) -> None:
        """Everything once, then what changes."""
        topics = f"{process_channel(self.process)}:topics"
        await redis.delete(topics)
        self._changed = set(self._sockets)
        await self._announce(redis)
        while True:
            changed, self._changed = self._changed, set()
            newcomers, self._newcomers = self._newcomers, []
            await self._write(redis, topics, changed)
            if self._broken:
                self._broken = False
                self._catch_up()
                # a publisher whose breaker is still open goes on losing ticks for as long as it rests
                asyncio.get_running_loop().call_later(REST + 1, self._catch_up)
            for socket in newcomers:
                socket.deliver(READY)
            await self._work.wait()
            self._work.clear()

    async def _write(self, redis: Redis, topics: str, changed: set[str]) -> None:
        here = [topic for topic in changed if topic in self._sockets]
        gone = [topic for topic in changed if topic not in self._sockets]
        if not changed:
            return
        pipeline = redis.pipeline(transaction=False)
        for start in range(0, len(here), CHUNK):
            pipeline.sadd(topics, *here[start : start + CHUNK])
        for start in range(0, len(gone), CHUNK):
            pipeline.srem(topics, *gone[start : start + CHUNK])
        pipeline.expire(topics, 2 * LIFE)
        await pipeline.execute()

    async def _beat(self, redis: Redis) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(HEARTBEAT)
            known = await self._announce(redis)
            if not known and self._sockets:
                self._changed |= set(self._sockets)
                self._work.set()
            if loop.time() - self._heard > 2.5 * HEARTBEAT:
                raise TimeoutError("the subscription is silent")

    async def _announce(self, redis: Redis) -> bool:
        """Says that this process lives; False when Redis does not know its topics."""
        channel = process_channel(self.process)
        self._beaten = asyncio.get_running_loop().time()
        return bool(await redis.eval(_BEAT, 2, processes_key(), channel, self.process, LIFE))

    async def _leave(self, redis: Redis) -> None:
        try:
            async with asyncio.timeout(0.3):
                await redis.zrem(processes_key(), self.process)
                await redis.delete(f"{process_channel(self.process)}:topics")
        except Exception as error:
            log.debug("left without a word: %s", error)

    # What arrives

    def _dispatch(self, message: str) -> None:
        topics, _, frame = message.partition("\n")
        for topic in topics.split(" "):
            if topic.startswith("tweet:"):
                self._count(topic)
            else:
                for socket in list(self._sockets.get(topic, ())):
                    socket.deliver(frame)

    def _count(self, topic: str) -> None:
        """A counts tick now, or at the end of the tweet's pause: the last change is never swallowed."""
        if topic in self._counted:
            self._counted[topic] = True
            return
        frame = json.dumps({"type": "tweet.counts", "id": topic.partition(":")[2]})
        for socket in list(self._sockets.get(topic, ())):
            socket.deliver(frame)
        self._counted[topic] = False
        asyncio.get_running_loop().call_later(COUNTS_PAUSE, self._pause_over, topic)

    def _pause_over(self, topic: str) -> None:
        if self._counted.pop(topic, False):
            self._count(topic)

    def _catch_up(self) -> None:
        for socket in {socket for sockets in self._sockets.values() for socket in sockets}:
            socket.deliver(CATCH_UP)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for closed in [other for other in _hubs if other.is_closed()]:
            del _hubs[closed]
        _hubs[loop] = Hub()
    return _hubs[loop]


def _causes(error: BaseException) -> Any:
    """The errors inside a task group's, for one line of the log."""
    return [_causes(e) for e in error.exceptions] if isinstance(error, BaseExceptionGroup) else repr(error)
