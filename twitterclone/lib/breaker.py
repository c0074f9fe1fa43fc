"""After a failure, none of the next tries for a while: a dead broker must not cost every request."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Runs a call and swallows its `errors`; after one it lets a single call through each `rest` seconds."""

    def __init__(self, errors: tuple[type[Exception], ...], rest: float = 5.0) -> None:
        self.errors, self.rest = errors, rest
        self._skip_until = 0.0  # 0 while all is well
        self._lock = threading.Lock()

    def call(self, function: Callable[[], object]) -> bool:
        """True when the call was made and went well."""
        with self._lock:
            if time.monotonic() < self._skip_until:
                return False
            if self._skip_until:  # this call finds out for all; the others need not wait for it
                self._skip_until = time.monotonic() + self.rest
        try:
            function()
        except self.errors:
            with self._lock:
                self._skip_until = time.monotonic() + self.rest
            return False
        if self._skip_until:
            self.reset()
        return True

    def reset(self) -> None:
        """Forgets the last failure."""
        with self._lock:
            self._skip_until = 0.0
