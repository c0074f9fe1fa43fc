"""The log of the running site: what its processes say, put aside while it runs when it has grown big."""

import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ops.servers import BIG_LOG, fresh_log


@dataclass
class Journal:
    """A file to which lines are added; two generations are kept."""

    path: Path
    as_json: bool = False
    most: int = BIG_LOG
    _file: IO[bytes] | None = field(default=None, repr=False)

    def write(self, name: str, width: int, text: str) -> None:
        """Add a line of the process `name`; a full disk loses it and stops nobody."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._file = fresh_log(self.path).open("ab", buffering=0)
            self._file.write(f"{self._line(name, width, text)}\n".encode())
            if self._file.tell() > self.most:
                self.close()
                self.path.replace(self.path.with_suffix(".log.1"))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _line(self, name: str, width: int, text: str) -> str:
        """For programs every line is an object, also those of who knows nothing of that."""
        if not self.as_json:
            return f"{time.strftime('%F %T')} {name:<{width}} | {text}"
        if text.startswith("{") and text.endswith("}"):
            return text
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return json.dumps({"time": now, "level": "info", "message": text, "role": name})
