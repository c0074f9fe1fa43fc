"""After a failure, none of the next tries for a while: a dead broker must not cost every request."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Runs a call and swallows its `errors`; after one it stays open for `rest` seconds."""

    def __init__(self, errors: tuple[type[Exception], ...], rest: float = 5.0) -> None:
        self.errors, self.rest = errors, rest
        self._closed_at = 0.0
        self._lock = threading.Lock()

    def call(self, function: Callable[[], object]) -> bool:
        """True when the call was made and went well."""
        with self._lock:
            if time.monotonic() < self._closed_at:
                return False
        try:
            function()
        except self.errors:
            with self._lock:
                self._closed_at = time.monotonic() + self.rest
            return False
        return True
