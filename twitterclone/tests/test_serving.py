"""The socket server of production: who is told to leave leaves in turn."""

import asyncio
import itertools

import pytest
import uvicorn
import websockets
from websockets.exceptions import ConnectionClosed

from twitterclone import serving


async def stay(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def leaving(path: str) -> tuple[float, int]:
    async with websockets.unix_connect(path, "ws://site/ws/") as page:
        try:
            await page.recv()
        except ConnectionClosed as closed:
            return asyncio.get_running_loop().time(), closed.rcvd.code
    raise AssertionError("something was said")


@pytest.mark.asyncio
async def test_sockets_leave_one_after_the_other_and_hear_of_the_restart(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "DRAIN_SECONDS", 1.0)
    path = str(tmp_path / "sock")
    server = serving.Server(uvicorn.Config(stay, uds=path, lifespan="off", log_level="error"))
    serves = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    pages = [asyncio.create_task(leaving(path)) for _ in range(10)]
    while len(server.server_state.connections) < 10:
        await asyncio.sleep(0.01)
    server.should_exit = True
    left = await asyncio.gather(*pages)
    await serves
    times = sorted(at for at, _ in left)
    assert {code for _, code in left} == {1012}
    assert times[-1] - times[0] > 0.3
    assert max(late - early for early, late in itertools.pairwise(times)) < 0.5
