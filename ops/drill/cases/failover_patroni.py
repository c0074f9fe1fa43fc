"""Patroni notices by itself that the primary is dead."""

import random
import time
from collections.abc import Iterator
from typing import Any

from ops.drill.cases.failover import KILLS, SEED, judged, look
from ops.drill.load import Homes, Load
from ops.drill.patroni import Cluster
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage
from ops.drill.writers import Writers

SHOWS = "Patroni promotes the synchronous standby by itself: nothing that was acknowledged is lost"
MOST = 60.0  # seconds for a change of leaders


@drill("failover-patroni", SHOWS)
def failover_patroni(stage: Stage) -> Iterator[Outcome]:
    cluster: Any = Cluster(stage)
    site = stage.site(cluster, stage.valkey())
    web, _worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=4)
    chance, kills, returns = random.Random(SEED), [], []
    load = Load([web.url], people.authors, stage.logs / "posts.txt", readers=people.followers, read=look)
    writers = Writers(cluster.url, stage.logs / "writes.txt", count=2 if stage.tiny else 4)
    with writers, load:
        for number in range(1 if stage.tiny else KILLS):
            time.sleep(chance.uniform(1, 2 if stage.tiny else 8))
            killed = cluster.leader
            killed.kill()
            kills.append(time.monotonic())
            stage.say(
                f"leader killed ({number + 1}), {len(writers) + len(load.acknowledged):,} writes so far"
            )
            stage.wait(cluster.can_write, "nobody leads", patience=MOST)
            returned = time.monotonic()
            cluster.start(killed)
            stage.wait(lambda: cluster.is_whole, "the killed node is not back", patience=MOST)
            returns.append(time.monotonic() - returned)
        time.sleep(2)
    found = load.outcome(cluster.url)
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    converged = stage.wait(homes.are_full, lambda: homes.why, patience=120)
    yield judged(found, load, writers, kills, cluster.url, sync=True, rejoin=returns, converged=converged)
