"""Stands before the processes where there is no nginx: hands bytes on to a socket that takes them."""

import asyncio
import contextlib
import random
import sys
from collections.abc import Sequence

LINE = 8192


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


async def _dial(paths: Sequence[str]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to one of them; a process that is not there is passed over."""
    for path in random.sample(paths, len(paths)):
        with contextlib.suppress(OSError):
            return await asyncio.open_unix_connection(path)
    raise ConnectionError("nobody is there")


async def _serve(port: int, web: Sequence[str], sockets: Sequence[str]) -> None:
    async def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError):
            first = await reader.readline()
            paths = sockets if first.startswith(b"GET /ws/") else web
            inner, outer = await _dial(paths)
            outer.write(first)
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, outer))
                group.create_task(_pump(inner, writer))
        writer.close()

    server = await asyncio.start_server(come_in, "127.0.0.1", port, limit=LINE, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), [sys.argv[2]], sys.argv[3:]))
