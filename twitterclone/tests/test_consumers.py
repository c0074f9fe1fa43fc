"""The page's socket: who comes in, what it hears, what it may say."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings as django_settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from accounts.sessions import SessionStore, end_sessions, open_record
from twitterclone import consumers
from twitterclone.consumers import is_same_origin
from twitterclone.lib import realtime
from twitterclone.lib.hub import Hub, hub
from twitterclone.routing import sockets

pytestmark = pytest.mark.django_db(transaction=True)


class Browser(ApplicationCommunicator):
    """A page's end of the socket. (Channels' own communicator needs daphne to be imported.)"""

    def __init__(self, cookie: str, origin: str = "http://127.0.0.1:8000", path: str = "/ws/") -> None:
        headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
        if origin:
            headers.append((b"origin", origin.encode()))
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers}
        super().__init__(sockets, scope | {"subprotocols": []})

    async def connect(self) -> str:
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(2))["type"]

    async def say(self, event: object) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(event)})

    async def say_raw(self, **frame: object) -> None:
        await self.send_input({"type": "websocket.receive", **frame})

    async def hear(self) -> dict:
        answer = await self.receive_output(2)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def close_code(self) -> int:
        answer = await self.receive_output(2)
        assert answer["type"] == "websocket.close", answer
        return answer["code"]

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(2)


Open = Callable[..., Awaitable[Browser]]


def cookie_of(user: User) -> str:
    """A new log-in of the user."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    open_record(session, user, "127.0.0.1", "a browser")
    return f"{django_settings.SESSION_COOKIE_NAME}={session.session_key}"


@pytest.fixture
async def open_socket() -> AsyncIterator[Open]:
    """Opens a user's socket."""
    opened: list[Browser] = []

    async def make(user: User, cookie: str = "") -> Browser:
        socket = Browser(cookie or await sync_to_async(cookie_of)(user))
        opened.append(socket)
        assert await socket.connect() == "websocket.accept"
        return socket

    yield make
    for socket in opened:
        await socket.leave()
    await hub().close()


async def tell(user: User, event: dict) -> None:
    await asyncio.to_thread(realtime.tell_users, [user.pk], event)


async def test_outsider_is_told_to_stay_away(db: None) -> None:
    for cookie in ("", "sessionid=nobody", "sessionid="):
        socket = Browser(cookie)
        assert await socket.connect() == "websocket.accept"
        assert await socket.close_code() == 4401


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://evil.example", "http://127.0.0.1:9999", "ftp://127.0.0.1:8000", "http://[::1"],
)
async def test_handshake_is_refused_when_another_site_sends_our_cookie(alice: User, origin: str) -> None:
    socket = Browser(await sync_to_async(cookie_of)(alice), origin)
    assert await socket.connect() == "websocket.close"


async def test_unknown_path_is_refused(alice: User) -> None:
    socket = Browser(await sync_to_async(cookie_of)(alice), path="/ws/other/")
    assert await socket.connect() == "websocket.close"


@pytest.mark.unit
def test_origin_is_ours_when_it_is_the_host_or_trusted(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://social.example.org"]
    assert is_same_origin("https://example.org", "example.org")
    assert is_same_origin("https://social.example.org", "10.0.0.7:8000")
    assert not is_same_origin("https://rebound.example", "rebound.example")
    assert not is_same_origin("https://example.org:444", "example.org")
    assert not is_same_origin("", "")


async def test_tick_arrives_in_every_tab_and_nobody_elses(alice: User, bob: User, open_socket: Open) -> None:
    tabs = [await open_socket(alice), await open_socket(alice)]
    stranger = await open_socket(bob)
    await tell(alice, {"type": "timeline.new", "id": "7"})
    for tab in tabs:
        assert await tab.hear() == {"type": "timeline.new", "id": "7"}
    assert await stranger.receive_nothing()


async def test_counts_are_told_of_what_is_watched_and_no_longer(alice: User, open_socket: Open) -> None:
    socket = await open_socket(alice)
    await socket.say({"type": "watch", "ids": ["5", "6"]})
    await socket.say({"type": "ping"})
    assert await socket.hear() == {"type": "pong"}
    await asyncio.sleep(0.2)
    await asyncio.to_thread(realtime.tell_watchers, [5])
    assert await socket.hear() == {"type": "tweet.counts", "id": "5"}
    await socket.say({"type": "watch", "ids": ["6"]})
    await asyncio.sleep(0.2)
    await asyncio.to_thread(realtime.tell_watchers, [5])
    assert await socket.receive_nothing()


async def test_only_a_hundred_real_ids_are_watched(alice: User, open_socket: Open) -> None:
    socket = await open_socket(alice)
    await socket.say({"type": "watch", "ids": [str(n) for n in range(1, 301)]})
    await socket.say({"type": "ping"})
    await socket.hear()
    assert [hub().count(realtime.tweet_topic(n)) for n in (1, 100, 101, 300)] == [1, 1, 0, 0]
    await socket.say({"type": "watch", "ids": ["-1", "x", 9, None, [], "٣", "9" * 30, "12"]})
    await socket.say({"type": "ping"})
    await socket.hear()
    assert [hub().count(realtime.tweet_topic(n)) for n in (1, 9, 12)] == [0, 0, 1]


@pytest.mark.parametrize("frame", ["{", "[]", "null", "1", '"watch"', "[" * 4000, "\x00"])
async def test_socket_is_closed_politely_when_the_frame_is_garbage(
    alice: User, open_socket: Open, frame: str
) -> None:
    socket = await open_socket(alice)
    await socket.say_raw(text=frame)
    assert await socket.close_code() == 4400


async def test_socket_is_closed_when_the_frame_is_binary_or_too_big(alice: User, open_socket: Open) -> None:
    socket = await open_socket(alice)
    await socket.say_raw(bytes=b"\xff")
    assert await socket.close_code() == 4400
    socket = await open_socket(alice)
    await socket.say_raw(text=json.dumps({"type": "watch", "ids": ["1" * 5000]}))
    assert await socket.close_code() == 1009


@pytest.mark.parametrize("event", [{}, {"type": "dance"}, {"type": "watch"}, {"type": "watch", "ids": "12"}])
async def test_frame_is_ignored_when_its_type_or_ids_mean_nothing(
    alice: User, open_socket: Open, event: dict
) -> None:
    socket = await open_socket(alice)
    await socket.say(event)
    await socket.say({"type": "ping"})
    assert await socket.hear() == {"type": "pong"}


async def test_socket_is_closed_when_the_page_talks_too_much(alice: User, open_socket: Open) -> None:
    socket = await open_socket(alice)
    for _ in range(consumers.BURST + 5):
        await socket.say({"type": "dance"})
    assert await socket.close_code() == 4429


async def test_tab_is_refused_when_the_user_has_too_many(
    alice: User, open_socket: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MAX_SOCKETS", 2)
    await open_socket(alice)
    await open_socket(alice)
    socket = Browser(await sync_to_async(cookie_of)(alice))
    assert await socket.connect() == "websocket.accept"
    assert await socket.close_code() == 4429


async def test_socket_is_closed_when_its_session_is_revoked_and_others_stay(
    alice: User, open_socket: Open
) -> None:
    cookie = await sync_to_async(cookie_of)(alice)
    kept, revoked = await open_socket(alice, cookie), await open_socket(alice)
    await sync_to_async(end_sessions)(alice.pk, besides=cookie.partition("=")[2])
    await tell(alice, {"type": "session.ended"})
    assert await revoked.close_code() == 4401
    await tell(alice, {"type": "notification.new"})
    assert await kept.hear() == {"type": "notification.new"}


async def test_revoked_session_does_not_come_in(alice: User) -> None:
    cookie = await sync_to_async(cookie_of)(alice)
    await sync_to_async(end_sessions)(alice.pk)
    socket = Browser(cookie)
    assert await socket.connect() == "websocket.accept"
    assert await socket.close_code() == 4401


async def test_socket_opens_all_the_same_when_redis_does_not_answer_and_catches_up_later(
    alice: User, open_socket: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "OPEN_SECONDS", 0.05)
    answer = asyncio.Event()
    announce = Hub._announce

    async def wait_and_announce(self: Hub, redis: object) -> bool:
        await answer.wait()
        return await announce(self, redis)

    monkeypatch.setattr(Hub, "_announce", wait_and_announce)
    socket = await open_socket(alice)
    assert await socket.receive_nothing()
    answer.set()
    assert await socket.hear() == {"type": "catchup"}


async def test_slow_page_gets_one_catch_up_for_all_it_missed(
    alice: User, open_socket: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MAX_WAITING", 3)
    socket = await open_socket(alice)
    listener = next(iter(hub()._sockets[realtime.user_topic(alice.pk)]))
    for number in range(5):
        listener.deliver(json.dumps({"type": "timeline.new", "id": str(number)}))
    assert await socket.hear() == {"type": "catchup"}
    assert await socket.hear() == {"type": "timeline.new", "id": "4"}
    assert await socket.receive_nothing()


async def test_nobody_listens_any_more_when_the_tab_is_closed(alice: User, open_socket: Open) -> None:
    socket = await open_socket(alice)
    await socket.leave()
    assert hub().count(realtime.user_topic(alice.pk)) == 0
    await asyncio.sleep(0.2)
    assert await asyncio.to_thread(realtime.who_is_online, [alice.pk]) == set()
