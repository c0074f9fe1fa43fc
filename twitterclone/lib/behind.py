"""What nobody need wait for: done by a thread of the process, once for all who ask meanwhile."""

import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Behind:
    """Calling it returns at once; the function is called soon after, at most once in each pause.

    It is called after the last time it was asked for, unless the process ends before. What it raises is
    logged. The thread begins with the first call, and anew in a forked child.
    """

    def __init__(self, function: Callable[[], object], pause: float) -> None:
        self._function, self._pause = function, pause
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def __call__(self) -> None:
        self._asked.set()
        if self._thread is None:
            self._start()

    def _begin_anew(self) -> None:
        self._asked, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="behind", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            try:
                self._function()
            except Exception:
                log.exception("what was to be done behind failed")
            time.sleep(self._pause)
