"""Lines of the log: which request, task or event they belong to, and nothing of what people keep secret.

Plain for the eye, or JSON (an object a line) for programs. Whatever is logged goes through `scrubbed`:
tokens, passwords, links with a key in them and e-mail addresses are hidden, and so is what PostgreSQL tells
of a row.
"""

import json
import logging
import random
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

HIDDEN = "[hidden]"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
FIELDS = ("view", "method", "status", "ms", "task", "event")  # what `extra` may add to a line of JSON

# the request, task or event that is being worked on
doing: ContextVar[str] = ContextVar("doing", default="")

_SECRETS = (
    # of a refused row PostgreSQL shows the values: a tweet's text, an address
    (
        re.compile(
            r"DETAIL:.*?(?=\n(?:CONTEXT|HINT|STATEMENT|Traceback|The above|During| +File )|\Z)", re.DOTALL
        ),
        f"DETAIL: {HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"://[^/\s@]+@"), f"://{HIDDEN}@"),
    (
        re.compile(
            r"(?i)(\b\w*(?:token|password|secret|sessionid|api_?key|code_verifier)|(?<=[?&])(?:code|key))"
            r"(['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;)}]+"
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(/(?:password/reset/key|confirm-email|exports|invitations)/)[^/\s?]+"), rf"\1{HIDDEN}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
)


def new_id() -> str:
    """An id for a request; it need not be secret, only never come twice."""
    return f"{random.getrandbits(64):016x}"


def id_of(given: str | None) -> str:
    """The id that a proxy of ours gave, or a new one."""
    return given if given and GIVEN.fullmatch(given) else new_id()


def scrubbed(text: str) -> str:
    """The text without what must not be kept."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class PlainFormatter(logging.Formatter):
    """As ever, with the id before the message where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = scrubbed(super().format(record))
        return f"[{about}] {line}" if (about := doing.get()) else line


class JsonFormatter(logging.Formatter):
    """An object a line: time, level, logger, message, and what is known of who speaks."""

    def __init__(self, *args: Any, role: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.role = role

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            "id": doing.get(),
            "role": self.role,
            "process": record.process,
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            line["error"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in line.items() if value != ""}, default=str)
