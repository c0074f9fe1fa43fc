"""The one websocket of a page. It carries ticks only: what is new is fetched over HTTP.

From the page: `{"type": "watch", "ids": ["1", …]}` says which tweets stand on the screen, at most 100,
and replaces what was said before; `{"type": "ping"}` is answered with `pong`. Unknown types are ignored,
so that a newer page can talk to an older server.
To the page: whatever is told to the user or of a watched tweet (`timeline.new`, `tweet.counts`, …), and
`catchup` when something may have been missed. A socket opens only when nothing told from then on is
missed, so a page that fetches once on `open` has no gap; if Redis is down it opens all the same, and
hears `catchup` later.
Closed with 4401 (not logged in, or the session ended: do not come back), 4400 (not our protocol),
4429 (too much, or too many sockets), 1009 (too big a frame), 1013 (sessions cannot be read now).
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from redis.exceptions import RedisError

from accounts.sessions import viewer_of
from twitterclone.lib import logs
from twitterclone.lib.hub import CATCH_UP, READY, hub
from twitterclone.lib.metrics import FRAMES, SOCKETS
from twitterclone.lib.realtime import tweet_topic, user_topic

NOT_LOGGED_IN, NOT_OURS, TOO_MUCH, TOO_BIG, TRY_LATER = 4401, 4400, 4429, 1009, 1013
MAX_FRAME = 4096  # characters; a hundred ids need 2,300
MAX_WATCHED = 100
MAX_WAITING = 100  # frames kept for a slow page before they are replaced by one catch-up
MAX_SOCKETS = 50  # of one user in this process
BURST, PER_SECOND = 20, 5  # frames a page may send at once, and steadily
CHECK_SECONDS = 300  # between two looks at whether the session still lives
OPEN_SECONDS = 1.0  # how long the handshake waits for Redis to know of the page
SESSION_ENDED = '{"type": "session.ended"'

log = logging.getLogger(__name__)


class UserSocket(AsyncWebsocketConsumer):
    """One tab of one user."""

    # no channel layer: the hub does its work at a twelfth of the cost (docs/adr/0002-tick-then-pull.md)
    channel_layer_alias = "none"

    def __init__(self) -> None:
        super().__init__()
        self.topics: set[str] = set()
        self._waiting: deque[str] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = asyncio.Event()
        self._is_open = self._is_sending = self._is_counted = False
        self._timer: asyncio.TimerHandle | None = None
        self._tokens, self._refilled = float(BURST), time.monotonic()

    async def connect(self) -> None:
        logs.doing.set(f"socket-{logs.new_id()}")  # of this socket's task, and of those it begins
        self.session_key = self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME)
        if refusal := await self._come_in():
            await self.accept()  # a code can be told only to a socket that was opened
            await self.close(refusal)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(OPEN_SECONDS):
                await self._ready.wait()
        await self.accept()
        if not self.topics:  # the session ended while we waited
            await self.close(NOT_LOGGED_IN)
            return
        self._is_open = self._is_counted = True
        SOCKETS.inc()
        self._send_waiting()

    async def _come_in(self) -> int | None:
        """Listens to what the user is told; the code to close with when that is not to be."""
        try:
            user_id = await self._user_id()
        except RedisError:
            return TRY_LATER
        if user_id is None:
            return NOT_LOGGED_IN
        topic = user_topic(user_id)
        if hub().count(topic) >= MAX_SOCKETS:
            return TOO_MUCH
        self.user_id, self.topics = user_id, {topic}
        hub().add(self, self.topics, greet=True)
        self._timer = asyncio.get_running_loop().call_later(CHECK_SECONDS, self._check_later)
        return None

    async def disconnect(self, code: int) -> None:
        self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.topics:
            return
        if not self._may_send():
            await self._end(TOO_MUCH)
        elif text_data is None:
            await self._end(NOT_OURS)
        elif len(text_data) > MAX_FRAME:
            await self._end(TOO_BIG)
        else:
            await self._handle(text_data)

    def deliver(self, frame: str) -> None:
        """Takes a frame of the hub; it is written by a task, so that a slow page holds up nobody."""
        if frame.startswith(SESSION_ENDED):
            self._spawn(self._check())
            return
        if frame == READY:
            self._ready.set()
            if not self._is_open:
                return
            frame = CATCH_UP
        elif frame == CATCH_UP:
            self._spawn(self._check())
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            frame = CATCH_UP
        self._waiting.append(frame)
        self._send_waiting()

    # From the page

    def _may_send(self) -> bool:
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._refilled) * PER_SECOND) - 1
        self._refilled = now
        return self._tokens >= 0

    async def _handle(self, text: str) -> None:
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            await self._end(NOT_OURS)
        elif event.get("type") == "ping":
            self.deliver('{"type": "pong"}')
        elif event.get("type") == "watch":
            self._watch(event.get("ids"))

    def _watch(self, ids: Any) -> None:
        ids = ids[:MAX_WATCHED] if isinstance(ids, list) else []
        watched = {tweet_topic(int(i)) for i in ids if is_id(i)} | {user_topic(self.user_id)}
        hub().add(self, watched - self.topics)
        hub().remove(self, self.topics - watched)
        self.topics = watched

    # To the page

    def _send_waiting(self) -> None:
        if self._waiting and self._is_open and not self._is_sending:
            self._is_sending = True
            self._spawn(self._write())

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self.send(text_data=self._waiting.popleft())
                FRAMES.inc()
        except Exception as error:
            log.debug("a page went away while it was written to: %r", error)
            self._leave()
        finally:
            self._is_sending = False

    def _check_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(CHECK_SECONDS, self._check_later)
        self._spawn(self._check())

    async def _check(self) -> None:
        """Closes the socket of a session that ended: this very one, or all of a suspended user."""
        try:
            lives = await self._user_id() == self.user_id
        except RedisError:
            return  # nobody is thrown out for that; the next look decides
        if self.topics and not lives:
            await self._end(NOT_LOGGED_IN)

    async def _user_id(self) -> int | None:
        """Whose session the cookie names."""
        viewer = await sync_to_async(viewer_of, thread_sensitive=False)(self.session_key)
        return viewer.id if viewer else None

    # The end

    async def _end(self, code: int) -> None:
        is_open, self._is_open = self._is_open, False
        self._leave()
        if is_open:
            await self.close(code)

    def _leave(self) -> None:
        hub().remove(self, self.topics)
        self.topics = set()
        self._waiting.clear()
        if self._is_counted:
            self._is_counted = False
            SOCKETS.dec()
        if self._timer is not None:
            self._timer.cancel()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds a task only weakly
        task.add_done_callback(self._tasks.discard)


def is_id(value: object) -> bool:
    """Whether a value of a frame can be a tweet's id: decimal digits in a string, as our JSON has them."""
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19


class SameOrigin:
    """Refuses the handshake of another site's page: a browser sends our cookie along with it."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin1")
        if is_same_origin(origin, headers.get(b"host", b"").decode("latin1")):
            await self.application(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page of this origin is ours: of the host (with its port) it talks to, or named trusted."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, _port = split_domain_port(host)
    if not (domain and validate_host(domain, settings.ALLOWED_HOSTS)):
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
