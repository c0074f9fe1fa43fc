"""Whether this process can serve: every part asked at the same time, none waited for longer than a moment.

The answer is kept for a second, so that however often it is asked for, the servers behind are asked once.
Of what went wrong it says one word; why is for the log of whoever runs the part.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from twitterclone.lib.direct import address
from twitterclone.lib.fresh import Fresh
from twitterclone.lib.redis import FAILURES, async_client, is_cluster, servers

PATIENCE = 2.0  # seconds for all parts together; who asks gives up after some five
FRESH = 1.0
OK, AWAY, LATE, UNKNOWN = "ok", "away", "late", "unknown"
BEHIND, MISSING = "behind", "missing"  # migrations not applied; no month for today's tweets
READ_ONLY = "read-only"  # a standby, or a server that was told to take no writes
# without the others pages are slower, or lack what is live; without these there are none
NEEDED = ("database", "migrations", "partitions", "redis-sessions")

# one word of the session itself: no table is read
_WRITES = "SELECT current_setting('transaction_read_only') = 'off'"
_APPLIED = """
    SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS wanted (app, name)
    JOIN django_migrations USING (app, name)
"""
# whether a tweet of now has a month to go to, and the end of the last month there is
MONTHS = """
    SELECT coalesce(bool_or(now() >= months.first AND now() < months.beyond), false), max(months.beyond)
    FROM (
        SELECT substring(bound from 'FROM \\(''([^'']+)''')::timestamptz AS first,
            substring(bound from 'TO \\(''([^'']+)''')::timestamptz AS beyond
        FROM (
            SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('tweets')
        ) AS bounds
    ) AS months
"""


@dataclass(slots=True)
class Part:
    """How one part is: a word, and how long it took to find out."""

    state: str = UNKNOWN
    ms: float = 0.0
    needed: bool = False


@dataclass(slots=True)
class Report:
    """What was found of all parts."""

    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """`ok`, `degraded` when only what pages can do without is away, `failing` otherwise."""
        wrong = [part for part in self.parts.values() if part.state != OK]
        if any(part.needed for part in wrong):
            return "failing"
        return "degraded" if wrong else "ok"

    def as_json(self) -> dict[str, Any]:
        return {"status": self.status, "parts": {name: asdict(part) for name, part in self.parts.items()}}


@cache
def _leaves() -> tuple[list[str], list[str]]:
    """The last migrations of each app as this version has them."""
    leaves = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
    return [app for app, _ in leaves], [name for _, name in leaves]


def _examined() -> Report:
    """In a loop of its own; closed without waiting for whoever still looks a name up."""
    leaves, loop = _leaves(), asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_examine(leaves))
    finally:
        loop.close()


examined = Fresh(_examined, FRESH)


async def _examine(leaves: tuple[list[str], list[str]]) -> Report:
    names = ["database", "migrations", "partitions", *(f"redis-{role}" for role in settings.REDIS_ROLES)]
    report = Report({name: Part(needed=name in NEEDED) for name in [*names, *settings.REPLICAS]})
    servers_of: dict[str, list[str]] = {}
    for role, url in settings.REDIS_ROLES.items():
        servers_of.setdefault(url, []).append(role)
    await asyncio.gather(
        _ask_database(report, leaves),
        *(_ask_replica(report.parts[alias], alias) for alias in settings.REPLICAS),
        *(_ask_redis(report, url, roles) for url, roles in servers_of.items()),
    )
    return report


async def _ask_database(report: Report, leaves: tuple[list[str], list[str]]) -> None:
    parts = [report.parts[name] for name in ("database", "migrations", "partitions")]

    async def ask() -> None:
        begun = time.perf_counter()
        connection = await psycopg.AsyncConnection.connect(address(), autocommit=True)
        try:
            writes = await (await connection.execute(_WRITES)).fetchone()
            _note(parts[:1], OK if writes == (True,) else READ_ONLY, begun)
            begun = time.perf_counter()
            count = await (await connection.execute(_APPLIED, leaves)).fetchone()
            _note(parts[1:2], OK if count == (len(leaves[0]),) else BEHIND, begun)
            begun = time.perf_counter()
            months = await (await connection.execute(MONTHS)).fetchone()
            _note(parts[2:], OK if months and months[0] else MISSING, begun)
        finally:
            await connection.close()

    begun = time.perf_counter()
    if word := await _failure(ask(), psycopg.Error):
        unknown = [part for part in parts if part.state == UNKNOWN]
        _note(unknown[:1], word, begun)  # those that would have come next stay unknown


async def _ask_replica(part: Part, alias: str) -> None:
    """Pages do without: what a replica cannot tell, the primary does."""

    async def ask() -> None:
        async with await psycopg.AsyncConnection.connect(address(alias), autocommit=True) as connection:
            await connection.execute("SELECT 1")

    begun = time.perf_counter()
    _note([part], await _failure(ask(), psycopg.Error) or OK, begun)


async def _ask_redis(report: Report, url: str, roles: list[str]) -> None:
    """One server is asked once, however many roles it has."""

    async def ask() -> None:
        if is_cluster(url):
            await asyncio.to_thread(servers, roles[0])
        else:
            async with async_client(roles[0]) as redis:
                await redis.ping()

    begun = time.perf_counter()
    word = await _failure(ask(), *FAILURES)
    _note([report.parts[f"redis-{role}"] for role in roles], word or OK, begun)


def _note(parts: list[Part], state: str, begun: float) -> None:
    for part in parts:
        part.state, part.ms = state, round((time.perf_counter() - begun) * 1000, 2)


async def _failure(asking: Awaitable[None], *failures: type[Exception]) -> str:
    """What went wrong, in a word; nothing when all went well."""
    try:
        async with asyncio.timeout(PATIENCE):
            await asking
    except TimeoutError:
        return LATE
    except failures:
        return AWAY
    return ""
