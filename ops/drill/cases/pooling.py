"""Many clients on few connections to PostgreSQL, and the site among them."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from ops.drill.crew import Site
from ops.drill.load import Homes, Load
from ops.drill.pooler import Pooler
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

SIZE = 20  # connections to PostgreSQL
RATE = 50.0  # transactions a second of all clients together: most of them rest at any moment, as pools do
_OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'twitterclone' AND backend_type = 'client backend'"
)
_READ = (
    "SELECT current_setting('lock_timeout'), (SELECT count(*) FROM pg_prepared_statements), count(*)"
    " FROM tweets"
)
_KEPT = "SELECT client, number, count(*) FROM drill_rows GROUP BY client, number"


@drill("pooling", f"500 clients and the site on {SIZE} connections through PgBouncer: no error")
def pooling(stage: Stage) -> Iterator[Outcome]:
    clients, seconds = (50, 3.0) if stage.tiny else (500, 30.0)
    site = stage.site(stage.postgres(), stage.valkey())
    site.run("manage.py", "shell", "-c", _TABLE)
    pooler = Pooler(stage, site, size=SIZE, clients=clients + 100)
    web = site.web()
    site.worker()
    site.beat()
    people = site.people(authors=4, followers=4)
    crowd = _Crowd(pooler.url, clients, seconds, site, prepares=pooler.prepares)
    with Load([web.url], people.authors, stage.logs / "posts.txt", posts=5, readers=people.followers) as load:
        asyncio.run(crowd.run())
    stage.say(f"{len(crowd.acknowledged)} rows by {clients} clients, {len(load.acknowledged)} posts")
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    converged = stage.wait(homes.are_full, lambda: homes.why, patience=120)
    outcome = load.outcome(
        site.postgres.url,
        seconds=converged,
        note=f"PgBouncer {pooler.version}, prepared statements {'kept' if pooler.prepares else 'off'}; "
        "seconds until every home was full",
        clients=clients,
        connections=crowd.most_open,
        prepared=crowd.most_prepared,
        rows=len(crowd.acknowledged),
        errors=len(crowd.errors) + len(load.failures) + len(load.read_failures),
    )
    kept = {(client, number): count for client, number, count in site.sql(_KEPT)}
    outcome.acknowledged += len(crowd.acknowledged)
    outcome.lost += sum(one not in kept for one in crowd.acknowledged)
    outcome.doubled += sum(count > 1 for count in kept.values())
    failures = [failure.what for failure in (*load.failures, *load.read_failures)]
    for error in (*crowd.errors, *failures)[:5]:
        stage.say(error)
    served = len({client for client, _ in crowd.acknowledged})
    fine = not outcome.lost and not outcome.doubled and not outcome.figures["errors"]
    as_said = bool(crowd.most_prepared) == pooler.prepares
    outcome.passed = fine and as_said and served == clients and crowd.most_open <= SIZE
    yield outcome


_TABLE = (
    "from django.db import connection;"
    " connection.cursor().execute('CREATE TABLE drill_rows (client int, number int)')"
)


@dataclass
class _Crowd:
    """Clients that write and read, each over a connection of its own to the pooler."""

    url: str
    clients: int
    seconds: float
    site: Site
    prepares: bool  # each statement under a name that stays known to PostgreSQL
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    most_open: int = 0
    most_prepared: int = 0  # statements that one of PostgreSQL's connections knew

    async def run(self) -> None:
        """All at once, for so long after the last of them has connected."""
        self._gate, self._all = asyncio.Semaphore(20), asyncio.Barrier(self.clients + 1)
        tasks = [asyncio.create_task(self._one(number)) for number in range(self.clients)]
        await self._all.wait()
        watching = asyncio.create_task(self._watch())
        await asyncio.gather(*tasks)
        watching.cancel()

    async def _one(self, client: int) -> None:
        try:
            async with self._gate:
                peer = await psycopg.AsyncConnection.connect(
                    self.url, autocommit=True, prepare_threshold=0 if self.prepares else None
                )
        except psycopg.Error as error:
            self.errors.append(f"connecting: {error}")
            await self._all.wait()
            return
        await self._all.wait()
        end, number, pause = time.monotonic() + self.seconds, 0, self.clients / RATE
        await asyncio.sleep(pause * client / self.clients)
        try:
            async with peer:
                # slow machine or fast, each gets its turn at least once
                while not number or time.monotonic() < end:
                    await self._turn(peer, client, number)
                    number += 1
                    await asyncio.sleep(pause)
        except psycopg.Error as error:
            self.errors.append(f"client {client}: {error}")

    async def _turn(self, peer: psycopg.AsyncConnection, client: int, number: int) -> None:
        """A transaction with a write and a read in it, acknowledged once it is committed."""
        async with peer.transaction():
            await peer.execute("INSERT INTO drill_rows VALUES (%s, %s)", [client, number])
            row = await (await peer.execute(_READ)).fetchone()
        if row[0] != "10s":
            self.errors.append(f"the session's settings are not there: lock_timeout {row[0]}")
        self.most_prepared = max(self.most_prepared, row[1])
        self.acknowledged.append((client, number))

    async def _watch(self) -> None:
        while True:
            self.most_open = max(self.most_open, await asyncio.to_thread(self._open))
            await asyncio.sleep(0.5)

    def _open(self) -> int:
        """Connections of the site's role, without the one that asks."""
        return int(self.site.sql(_OPEN)[0][0]) - 1
