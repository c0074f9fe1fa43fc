"""The checks of the doctor, and what they look through."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from twitterclone.lib.direct import address
from twitterclone.lib.findings import Finding, Register, Severity

STATEMENT_SECONDS = 5
LOOPBACK = ("127.0.0.1", "localhost", "::1")

checks: Register[Callable[[], Iterator[Finding]]] = Register()


def rows(sql: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """What PostgreSQL answers, on a connection of our own and within seconds."""
    with psycopg.connect(address(), client_encoding="utf8") as connection:  # SQL_ASCII gives bytes
        connection.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
        return connection.execute(sql, values).fetchall()


def one(sql: str, values: Sequence[Any] | None = None) -> tuple[Any, ...]:
    return rows(sql, values)[0]


def host_of_site() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def is_public() -> bool:
    """Whether the site is meant for others than whoever sits at this machine."""
    return host_of_site() not in LOOPBACK


def is_https() -> bool:
    return settings.SITE_URL.startswith("https://")


def grave(text: str, fix: str) -> Finding:
    """An error where others come, a hint on a machine of one's own."""
    return Finding(text, fix, Severity.ERROR if is_public() else Severity.HINT)


def doubtful(text: str, fix: str) -> Finding:
    """A warning where others come, a hint on a machine of one's own."""
    return Finding(text, fix, Severity.WARNING if is_public() else Severity.HINT)
