"""`python -m twitterclone.serving PATH`: websockets on a Unix socket, for production behind a proxy.

When told to stop it takes no new sockets, closes those it has one after the other within DRAIN_SECONDS, in
random order and with code 1012 (the server restarts), and ends. So the pages of one process come back spread
over that time, to other processes, instead of all at once.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from typing import Any

import uvicorn

DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS") or 10)
STEP = 0.05
LAST_WORDS = 5  # seconds for what is still being sent after the last socket was closed
MAX_FRAME = 65_536  # what is larger is refused before it is kept


class Server(uvicorn.Server):
    """Uvicorn, whose connections leave one by one."""

    async def shutdown(self, sockets: Any = None) -> None:
        for server in self.servers:
            server.close()
        leaving = list(self.server_state.connections)
        random.shuffle(leaving)
        steps = max(int(DRAIN_SECONDS / STEP), 1)
        for step in range(steps):
            for connection in leaving[step::steps]:
                connection.shutdown()
            if step < len(leaving) and not self.force_exit:
                await asyncio.sleep(STEP)
        await super().shutdown(sockets)


def main(path: str) -> None:
    """Serves until a signal; whoever may enter the folder may connect, so the folder is what is guarded."""
    Path(path).unlink(missing_ok=True)  # left by one that was killed
    config = uvicorn.Config(
        "twitterclone.sockets:application",
        uds=path,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        ws_max_size=MAX_FRAME,
        log_level="warning",
        timeout_graceful_shutdown=LAST_WORDS,
    )
    Server(config).run()


if __name__ == "__main__":
    main(sys.argv[1])
