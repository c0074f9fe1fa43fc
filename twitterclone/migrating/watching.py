"""Who holds what a statement of ours waits for: asked while it waits, on a connection beside it."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg

from twitterclone.lib.direct import address

LOOKS = 0.2  # seconds between looks
_BLOCKERS = """
    SELECT pid, coalesce(nullif(application_name, ''), backend_type), state,
        extract(epoch FROM now() - coalesce(xact_start, query_start))::int,
        left(regexp_replace(query, '\\s+', ' ', 'g'), 80)
    FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(%s)) ORDER BY xact_start
"""


class Watch:
    """Looks on while its block runs: `holders` says in words who was last seen in the way.

    Who is fast is not looked at: the first look comes after `after` seconds. `tell` hears once when the wait
    lasts longer than `tell_after`.
    """

    def __init__(self, pid: int, tell: Callable[[str], object], *, after: float, tell_after: float) -> None:
        self.holders = ""
        self._pid, self._tell = pid, tell
        self._after, self._tell_after = after, tell_after
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look_on(self) -> None:
        if self._done.wait(self._after):
            return
        waited, told = self._after, False
        try:
            with psycopg.connect(address(), autocommit=True) as connection:
                while True:
                    found = connection.execute(_BLOCKERS, [self._pid]).fetchall()
                    if found:
                        self.holders = "; ".join(_words(*row) for row in found)
                    if found and not told and waited >= self._tell_after:
                        told = True
                        self._tell(self.holders)
                    if self._done.wait(LOOKS):
                        return
                    waited += LOOKS
        except psycopg.Error:
            return  # it is for words alone


def _words(pid: int, name: str, state: Any, seconds: Any, query: str) -> str:
    return f"process {pid} ({name}, {state}, since {seconds} s: {query})"
