"""What is dear to find out and may be a moment old: found once for all who ask in that moment."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Fresh(Generic[T]):
    """Calling it gives what the function found at most `seconds` ago; who comes meanwhile waits for it."""

    def __init__(self, function: Callable[[], T], seconds: float) -> None:
        self._function, self._seconds = function, seconds
        self._lock = threading.Lock()
        self._found: tuple[float, T] | None = None

    def __call__(self) -> T:
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > self._seconds:
                value = self._function()
                self._found = time.monotonic(), value
            return self._found[1]

    def forget(self) -> None:
        """Lets the next call find it out anew."""
        self._found = None
