"""The Celery worker dies while it delivers."""

import random
import time
from collections.abc import Iterator

from ops.drill.load import Homes, Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

SEED = 20261129
CONVERGED = 10.0  # seconds within which deliveries must have caught up


@drill("worker-kill", "kill -9 of the worker again and again: every tweet reaches every home once")
def worker_kill(stage: Stage) -> Iterator[Outcome]:
    kills, apart = (1, 1.0) if stage.tiny else (12, 4.0)
    site = stage.site(stage.postgres(), stage.valkey())
    web, worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=4 if stage.tiny else 20)
    chance = random.Random(SEED)
    with Load([web.url], people.authors, stage.logs / "posts.txt") as load:
        for number in range(kills):
            time.sleep(chance.uniform(0.2, apart))
            worker.kill()
            stage.say(f"worker killed ({number + 1} of {kills}), {len(load.acknowledged)} posts so far")
            worker.start()
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    seconds = stage.wait(homes.are_full, lambda: homes.why, patience=120)
    outcome = load.outcome(
        site.postgres.url, seconds=seconds, note="seconds until every home was full", kills=kills
    )
    outcome.doubled += homes.doubled
    outcome.passed = outcome.passed and not homes.doubled and seconds < CONVERGED
    yield outcome
