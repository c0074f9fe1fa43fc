"""The Celery worker dies while it delivers."""

import random
import time
from collections.abc import Iterator

from ops.drill.load import Homes, Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

SEED = 20261129
KILLS, POSTS = 12, 15_600
CONVERGED = 10.0  # seconds within which deliveries must have caught up
OPEN = "SELECT count(*) FROM outbox WHERE done_at IS NULL"


@drill("worker-kill", "kill -9 of the worker again and again: every tweet reaches every home once")
def worker_kill(stage: Stage) -> Iterator[Outcome]:
    kills, posts, pace = (1, 20, 20) if stage.tiny else (KILLS, POSTS, 150)
    site = stage.site(stage.postgres(), stage.valkey())
    web, worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=4)
    chance = random.Random(SEED)
    load = Load(
        [web.url], people.authors, stage.logs / "posts.txt", posts=pace, posters=8, readers=people.followers
    )
    with load:
        for number in range(kills):
            wanted = posts * (number + 1) // kills
            stage.wait(lambda: len(load.acknowledged) >= wanted, f"{wanted} posts", patience=300)  # noqa: B023
            time.sleep(chance.uniform(0, 1))
            worker.kill()
            stage.say(f"worker killed ({number + 1} of {kills}), {len(load.acknowledged):,} posts so far")
            worker.start()
    seconds = stage.wait(lambda: site.sql(OPEN) == [(0,)], "events are still open", patience=120)
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    read = stage.wait(homes.are_full, lambda: homes.why, patience=300)
    outcome = load.outcome(
        site.postgres.url,
        seconds=seconds,
        note="seconds until every post was delivered",
        kills=kills,
        reads=load.reads_done,
        **{
            "reads that failed": len(load.read_failures),
            "homes read to their end and found full after s": round(read, 2),
        },
    )
    outcome.doubled += homes.doubled
    outcome.passed = outcome.passed and not homes.doubled and not load.read_failures and seconds < CONVERGED
    yield outcome
