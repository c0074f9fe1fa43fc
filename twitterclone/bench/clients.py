"""Many websockets held by one thread of this process, as cheaply as Python can: frames are only counted."""

import asyncio
import base64
import os
import threading
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

PATIENCE = 60.0
AT_ONCE = 20
SHORT, WORD = 126, 2  # a frame's length is one byte below 126, else two more bytes (ours are never longer)


PING, PONG = 9, 0x8A


class NotHeard(RuntimeError):
    """Frames that should have come did not."""


class _Socket(asyncio.Protocol):
    """One client: the handshake, then frames of the server, which are never masked."""

    def __init__(self, crowd: "Crowd", path: str, cookie: str) -> None:
        self._crowd, self._path, self._cookie = crowd, path, cookie
        self._buffer = b""
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {self._path} HTTP/1.1", f"Host: 127.0.0.1:{self._crowd.port}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [
            f"Origin: http://127.0.0.1:{self._crowd.port}",
            *([f"Cookie: {self._cookie}"] * bool(self._cookie)),
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            self._buffer, self._is_open = rest, True
            if b" 101 " in head.partition(b"\r\n")[0]:
                self.opened.set_result(None)
            else:
                self.opened.set_exception(NotHeard(head[:80].decode(errors="replace")))
        while (size := _frame(self._buffer)) is not None:
            frame, self._buffer = self._buffer[:size], self._buffer[size:]
            if frame[0] & 15 == PING:
                # a client's frames are masked, this one with zeros
                self.transport.write(bytes([PONG, 128 | len(frame) - 2, 0, 0, 0, 0]) + frame[2:])
            else:
                self._crowd.heard(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(NotHeard("the connection was closed"))


def _frame(data: bytes) -> int | None:
    """How long the first frame is; None while it is not whole."""
    if len(data) < WORD:
        return None
    size = 2 + data[1]
    if data[1] == SHORT:
        if len(data) < 2 * WORD:
            return None
        size = 4 + int.from_bytes(data[2:4])
    return size if len(data) >= size else None


class Crowd:
    """Sockets to one port, in a thread with a loop of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._sockets: list[_Socket] = []
        self._wanted, self._count, self._mark = 0, 0, b""
        self._complete = threading.Event()
        self.last_at = 0.0

    def open(self, path: str, cookies: Sequence[str]) -> None:
        """Opens one socket for each cookie."""
        self._run(self._open(path, cookies))

    def expect(self, count: int, mark: str = "") -> None:
        """From now on waits for so many frames, with `mark` in them."""
        self._complete.clear()
        self._wanted, self._count, self._mark = count, 0, mark.encode()

    def wait(self) -> float:
        """When the last of them came, by the monotonic clock."""
        if not self._complete.wait(PATIENCE):
            raise NotHeard(f"{self._count} of {self._wanted} frames came within {PATIENCE:.0f} s")
        return self.last_at

    def heard(self, frame: bytes) -> None:
        if self._mark in frame:
            self._count += 1
            if self._count == self._wanted:
                self.last_at = time.monotonic()
                self._complete.set()

    def close(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self, path: str, cookies: Sequence[str]) -> None:
        loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

        async def one(cookie: str) -> None:
            async with gate:
                _, made = await loop.create_connection(
                    lambda: _Socket(self, path, cookie), "127.0.0.1", self.port
                )
                await made.opened
                self._sockets.append(made)

        await asyncio.gather(*map(one, cookies))

    async def _close(self) -> None:
        for made in self._sockets:
            made.transport.abort()
        await asyncio.sleep(0.2)  # the server notices

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * PATIENCE)
