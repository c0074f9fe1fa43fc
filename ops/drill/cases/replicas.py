"""Replicas: one dies while people read from it; others lag while people read what they have just written."""

import json
import time
from collections.abc import Iterator
from threading import Thread

from ops.drill.crew import Person, Site
from ops.drill.load import Client, Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage
from ops.postgres import Postgres

BACK = 10.0  # seconds within which reads must be on a replica again
SHARE = 0.9  # of the reads of others that must be on a replica
LAGS = ("300ms", "1s", "5s")
# a page that only the drill's readers ask for, so that its statement tells where they were answered
TAG, ITS_STATEMENT = "/api/v1/timelines/tag/drill", '%FROM "hashtags"%'


@drill(
    "replica-loss",
    "kill -9 of a replica under posts and reads: no error, and it is read from again",
)
def replica_loss(stage: Stage) -> Iterator[Outcome]:
    primary = stage.postgres()
    standbys = [stage.standby(primary, name) for name in ("standby_1", "standby_2")]
    site = stage.site(
        primary, stage.valkey(), DATABASE_REPLICA_URLS=",".join(found.url for found in standbys)
    )
    web = site.web(processes=2)
    site.worker()
    site.beat()
    people = site.people(authors=4, followers=8)
    quiet, kills = (1.0, 1) if stage.tiny else (5.0, 3)
    backs = []
    with Load(
        [web.url], people.authors, stage.logs / "posts.txt", readers=people.followers, reads=60, read=_tag
    ) as load:
        for number in range(kills):
            victim = standbys[number % 2]
            time.sleep(quiet)
            stage.wait(lambda: _answered(victim), "reads come to the replica")  # noqa: B023 -- called at once
            victim.kill()
            stage.say(f"{victim.home.name} killed, {load.reads_done} reads so far")
            time.sleep(quiet)
            victim.clear_up()
            victim.start()
            # counted anew by a server that starts after a crash
            backs.append(stage.wait(lambda: _answered(victim), "reads are back"))  # noqa: B023
    failures = len(load.read_failures) + len(load.failures)
    for failure in (load.read_failures + load.failures)[:5]:
        stage.say(failure.what)
    outcome = load.outcome(
        primary.url,
        seconds=max(backs),
        note="seconds until the restarted replica was read from again",
        reads=load.reads_done,
        errors=failures,
    )
    outcome.passed = outcome.passed and failures == 0 and max(backs) < BACK
    yield outcome


@drill(
    "stale-reads",
    "write, then read beside replicas that lag: nobody misses their own writes",
)
def stale_reads(stage: Stage) -> Iterator[Outcome]:
    primary = stage.postgres()
    lags = LAGS[:1] if stage.tiny else LAGS
    standbys = [
        stage.standby(primary, f"standby_{number}", settings=f"recovery_min_apply_delay = '{lag}'")
        for number, lag in enumerate(lags)
    ]
    site = stage.site(
        primary,
        stage.valkey(),
        DATABASE_REPLICA_URLS=",".join(found.url for found in standbys),
        REPLICA_MAX_SECONDS="7",
    )
    web = site.web(processes=2)
    people = site.people(authors=4, followers=8)
    wanted = 200 if stage.tiny else 10_000
    before = _calls(site, standbys)
    pairs = [_Pairs(web.url, author, wanted // len(people.authors)) for author in people.authors]
    begun = time.monotonic()
    with Load(
        [web.url], [], stage.logs / "posts.txt", posts=0, readers=people.followers, reads=60, read=_tag
    ) as load:
        interrupted = _see_through(stage, pairs, wanted)
    after = _calls(site, standbys)
    on_primary, on_replicas = after[0] - before[0], after[1] - before[1]
    share = on_replicas / max(on_primary + on_replicas, 1)
    stale, broken = sum(pair.stale for pair in pairs), [pair.error for pair in pairs if pair.error]
    done = sum(pair.done for pair in pairs)
    yield Outcome(
        acknowledged=done,
        seconds=time.monotonic() - begun,
        passed=stale == 0 and not broken and not load.read_failures and done >= wanted and share >= SHARE,
        note=broken[0] if broken else f"replicas {', '.join(lags)} behind; seconds for all pairs",
        figures={"stale": stale, "others' reads": load.reads_done, "of these on replicas": share},
    )
    if interrupted:
        raise KeyboardInterrupt


def _see_through(stage: Stage, pairs: list["_Pairs"], wanted: int) -> bool:
    """Returns when all pairs are made; True when Ctrl-C came before, so that it can be told what was seen."""
    try:
        for pair in pairs:
            pair.start()
        while any(pair.is_alive() for pair in pairs):
            time.sleep(1 if stage.tiny else 10)
            done, stale = sum(pair.done for pair in pairs), sum(pair.stale for pair in pairs)
            stage.say(f"{done} of {wanted} pairs, {stale} stale")
    except KeyboardInterrupt:
        for pair in pairs:
            pair.end()
        return True
    return False


class _Pairs(Thread):
    """One person who writes, and at once looks for it among their tweets, and by its address."""

    def __init__(self, door: str, person: Person, wanted: int) -> None:
        super().__init__(daemon=True)
        self._client, self._person, self._wanted = Client([door]), person, wanted
        self.done, self.stale, self.error = 0, 0, ""

    def run(self) -> None:
        own = f"/api/v1/accounts/{self._person.id}/statuses?limit=1"
        while self.done < self._wanted and not self.error:
            written = self._ask("POST", "/api/v1/statuses", status=f"pair {self.done}")
            if written and self.done % 2:
                found = self._ask("GET", own)
                self.stale += not found or found[0]["id"] != written["id"]
            elif written:
                self.stale += not self._ask("GET", f"/api/v1/statuses/{written['id']}", may_lack=True)
            self.done += 1

    def end(self) -> None:
        """Comes to its end with the pair it is at."""
        self._wanted = 0
        self.join()

    def _ask(self, method: str, path: str, *, may_lack: bool = False, **fields: str):
        status, body = self._client.send(method, path, self._person, **fields)
        if status == 404 and may_lack:
            return None
        if status != 200:
            self.error = f"{path}: {status} {body[:200]!r}"
            return None
        return json.loads(body)


def _tag(client: Client, person: Person) -> tuple[int, bytes]:
    return client.send("GET", TAG, person)


def _calls(site: Site, standbys: list[Postgres]) -> tuple[int, int]:
    """How often the readers' statement was run: on the primary, and on replicas."""
    return _count(site.postgres), sum(map(_count, standbys))


def _count(server: Postgres) -> int:
    found = server.sql(
        f"SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE '{ITS_STATEMENT}'",
        database="twitterclone",
    )
    return int(found)


def _answered(server: Postgres) -> bool:
    """Whether the server is asked for that page now."""
    before = _count(server)
    time.sleep(0.2)
    return _count(server) > before
