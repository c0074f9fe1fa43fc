"""One socket server, three ways to deliver: the site's own, a Channels group, the least there can be."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.bench")
get_wsgi_application()

from twitterclone.lib.redis import async_client, key  # noqa: E402 -- the apps must be loaded first
from twitterclone.routing import sockets  # noqa: E402

GROUP = "bench"
Send = Callable[[dict[str, Any]], Awaitable[None]]


class GroupSocket(AsyncWebsocketConsumer):
    """A Channels consumer by the book."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def tick(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["frame"])


class Bare:
    """One subscription for the process and a loop over its sockets: nothing can be cheaper in Python."""

    def __init__(self) -> None:
        self._sends: set[Send] = set()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, _scope: Any, receive: Any, send: Send) -> None:
        await receive()
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        await send({"type": "websocket.accept"})
        self._sends.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._sends.discard(send)

    async def _listen(self) -> None:
        async with async_client("channels").pubsub() as subscription:
            await subscription.subscribe(key("bench", "bare"))
            async for message in subscription.listen():
                if message["type"] == "message":
                    frame = {"type": "websocket.send", "text": message["data"].decode()}
                    for send in list(self._sends):
                        await send(frame)


class Sockets:
    """By their address; what is not ours is the site's."""

    def __init__(self) -> None:
        self._ours = {"/bench/group/": GroupSocket.as_asgi(), "/bench/bare/": Bare()}

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        await self._ours.get(scope["path"], sockets)(scope, receive, send)


async def _health(_scope: Any, _receive: Any, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


application = ProtocolTypeRouter({"http": _health, "websocket": Sockets()})
