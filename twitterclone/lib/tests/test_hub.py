"""Two socket processes' hubs on a real Valkey: who is told, who is online, what happens when it dies."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import pytest

from twitterclone.lib import hub as hubs
from twitterclone.lib import realtime
from twitterclone.lib.hub import Hub
from twitterclone.lib.redis import client
from twitterclone.tests.valkey import OwnValkey

TICK = {"type": "timeline.new", "id": "9"}


class Page:
    """A socket that keeps what it is given."""

    def __init__(self) -> None:
        self.frames: list[dict] = []

    def deliver(self, frame: str) -> None:
        self.frames.append(json.loads(frame))

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    async def until(self, kind: str, times: int = 1, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while self.types().count(kind) < times:
                await asyncio.sleep(0.005)


@pytest.fixture
async def make_hub() -> AsyncIterator[Callable[[], Hub]]:
    made: list[Hub] = []

    def make() -> Hub:
        made.append(Hub())
        return made[-1]

    yield make
    for hub in made:
        await hub.close()


async def page_at(hub: Hub, *topics: str) -> Page:
    page = Page()
    hub.add(page, set(topics), greet=True)
    await page.until("ready")
    page.frames.clear()
    return page


async def tell(function: Callable[..., object], *arguments: object) -> object:
    return await asyncio.to_thread(function, *arguments)


async def test_tick_reaches_every_page_of_a_user_when_they_are_in_two_processes(make_hub) -> None:
    one, two = make_hub(), make_hub()
    first, second, third = (
        await page_at(one, "user:1"),
        await page_at(one, "user:1"),
        await page_at(two, "user:1"),
    )
    other = await page_at(two, "user:2")
    await tell(realtime.tell_users, [1, 3], TICK)
    for page in (first, second, third):
        await page.until("timeline.new")
        assert page.frames == [TICK]
    assert other.frames == []


async def test_each_process_gets_one_message_when_a_thousand_users_are_told(make_hub, settings) -> None:
    hub = make_hub()
    pages = [await page_at(hub, f"user:{number}") for number in range(1, 6)]
    received: list[str] = []
    dispatch = hub._dispatch
    hub._dispatch = lambda message: (received.append(message), dispatch(message))[1]
    await tell(realtime.tell_users, range(1, 1001), TICK)
    for page in pages:
        await page.until("timeline.new")
    assert len(received) == 1  # the other batch of 500 names nobody who is here


async def test_only_those_with_an_open_page_are_online(make_hub) -> None:
    hub = make_hub()
    page, again = await page_at(hub, "user:1"), await page_at(hub, "user:1")
    await page_at(make_hub(), "user:2")
    assert await tell(realtime.who_is_online, range(1, 1200)) == {1, 2}
    hub.remove(page, {"user:1"})
    await asyncio.sleep(0.1)
    assert await tell(realtime.who_is_online, [1, 2, 3]) == {1, 2}
    hub.remove(again, {"user:1"})
    await asyncio.sleep(0.1)
    assert await tell(realtime.who_is_online, [1, 2, 3]) == {2}


async def test_nobody_is_online_when_the_process_left_or_stopped_beating(make_hub, monkeypatch) -> None:
    hub, silent = make_hub(), make_hub()
    await page_at(hub, "user:1")
    await page_at(silent, "user:2")
    client("channels").zadd(realtime.processes_key(), {silent.process: time.time() - realtime.LIFE - 1})
    assert await tell(realtime.who_is_online, [1, 2]) == {1}
    await hub.close()
    assert await tell(realtime.who_is_online, [1, 2]) == set()


async def test_group_is_told_and_a_name_with_a_space_is_refused(make_hub) -> None:
    page = await page_at(make_hub(), realtime.group_topic("list-7"))
    await tell(realtime.tell_group, "list-7", {"type": "list.new", "id": "1"})
    await page.until("list.new")
    with pytest.raises(ValueError, match="space"):
        realtime.tell_group("a b", TICK)


async def test_counts_come_once_a_second_and_the_last_change_is_told_when_a_tweet_is_popular(
    make_hub, monkeypatch
) -> None:
    monkeypatch.setattr(hubs, "COUNTS_PAUSE", 0.3)
    page = await page_at(make_hub(), "tweet:5")
    for _ in range(10):
        await tell(realtime.tell_watchers, [5, 6])
    await page.until("tweet.counts", 2)
    await asyncio.sleep(0.7)
    assert page.frames == [{"type": "tweet.counts", "id": "5"}] * 2


async def test_topics_come_back_when_redis_lost_them(make_hub, monkeypatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.1)
    hub = make_hub()
    page = await page_at(hub, "user:1")
    client("channels").delete(f"{realtime.process_channel(hub.process)}:topics", realtime.processes_key())
    await asyncio.sleep(0.4)
    await tell(realtime.tell_users, [1], TICK)
    await page.until("timeline.new")


async def test_hub_connects_anew_when_its_subscription_falls_silent(make_hub, monkeypatch) -> None:
    async def deaf(subscription: object) -> None:
        await asyncio.Event().wait()

    hub, page = make_hub(), Page()
    with monkeypatch.context() as patch:
        patch.setattr(hubs, "HEARTBEAT", 0.1)
        patch.setattr(hub, "_listen", deaf)
        hub.add(page, {"user:1"}, greet=True)
        await page.until("ready")
        await asyncio.sleep(0.2)
    await page.until("catchup")
    await tell(realtime.tell_users, [1], TICK)
    await page.until("timeline.new")


async def test_pages_catch_up_when_the_subscription_is_cut(own_valkey: OwnValkey, make_hub) -> None:
    page = await page_at(make_hub(), "user:1")
    client("channels").client_kill_filter(_type="pubsub")
    await page.until("catchup")
    await tell(realtime.tell_users, [1], TICK)
    await page.until("timeline.new")


async def test_pages_catch_up_and_are_told_again_when_valkey_was_killed(
    own_valkey: OwnValkey, make_hub
) -> None:
    page = await page_at(make_hub(), "user:1")
    own_valkey.kill()
    began = time.perf_counter()
    for _ in range(20):
        await tell(realtime.tell_users, [1], TICK)
    assert time.perf_counter() - began < 0.5
    assert await tell(realtime.who_is_online, [1]) == set()
    await asyncio.sleep(0.3)
    own_valkey.start()
    await page.until("catchup", seconds=10)
    realtime._breaker.reset()
    await tell(realtime.tell_users, [1], TICK)
    await page.until("timeline.new")


async def test_pages_catch_up_twice_when_publishers_rest_longer_than_the_outage(
    own_valkey: OwnValkey,
    make_hub,
    monkeypatch,
) -> None:
    monkeypatch.setattr(hubs, "REST", -0.5)
    page = await page_at(make_hub(), "user:1")
    own_valkey.kill()
    own_valkey.start()
    await page.until("catchup", 2, seconds=10)


async def test_page_is_told_later_when_it_connects_while_valkey_is_down(
    own_valkey: OwnValkey, make_hub
) -> None:
    own_valkey.kill()
    page = Page()
    make_hub().add(page, {"user:1"}, greet=True)
    await asyncio.sleep(0.3)
    assert page.frames == []
    own_valkey.start()
    await page.until("ready", seconds=10)


async def test_hub_leaves_within_a_second_when_valkey_is_down(own_valkey: OwnValkey, make_hub) -> None:
    hub = make_hub()
    await page_at(hub, "user:1")
    own_valkey.kill()
    began = time.perf_counter()
    await hub.close()
    assert time.perf_counter() - began < 1
