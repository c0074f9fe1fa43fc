"""The primary dies, its standby takes over, and the former primary comes back; ten times."""

import random
import time
from collections.abc import Iterator

from ops.drill.crew import Person
from ops.drill.load import HOME, Client, Homes, Load
from ops.drill.losses import Answered, window
from ops.drill.pair import Pair
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage
from ops.drill.writers import Writers, gaps, middle

SEED = 20261130
KILLS = 10
BOUND = 1.0  # seconds: what was acknowledged longer ago must never be lost, asynchronous or not
ASYNC = "an asynchronous standby takes over: what it had not got yet is lost, all else is there"
SYNC = "a synchronous standby takes over: nothing that was acknowledged is lost"


@drill("failover", ASYNC)
def failover(stage: Stage) -> Iterator[Outcome]:
    yield _run(stage, sync=False)


@drill("failover-sync", SYNC)
def failover_sync(stage: Stage) -> Iterator[Outcome]:
    yield _run(stage, sync=True)


def _run(stage: Stage, *, sync: bool) -> Outcome:
    pair = Pair(stage, sync=sync)
    site = stage.site(pair.primary, stage.valkey(), DATABASE_URL=pair.url)
    web, _worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=4)
    chance, kills, returns = random.Random(SEED), [], []
    load = Load([web.url], people.authors, stage.logs / "posts.txt", readers=people.followers, read=look)
    writers = Writers(pair.url, stage.logs / "writes.txt", count=2 if stage.tiny else 4)
    with writers, load:
        for number in range(1 if stage.tiny else KILLS):
            time.sleep(chance.uniform(1, 2 if stage.tiny else 4))
            kills.append(pair.kill_primary())
            stage.say(
                f"primary killed ({number + 1}), {len(writers) + len(load.acknowledged):,} writes so far"
            )
            if not stage.tiny:
                returns.append(pair.take_back())
        stage.wait(lambda: gaps(kills, (one.at for one in load.acknowledged))[-1] < 60, "nobody can post")
        time.sleep(1)
    found = load.outcome(pair.primary.url)
    lost_posts = set(load.compare(pair.primary.url).lost)
    here = [one.id for one in load.acknowledged if one.id not in lost_posts]
    homes = Homes([web.url], people.followers, here)
    converged = stage.wait(homes.are_full, lambda: homes.why, patience=120)
    return judged(
        found, load, writers, kills, pair.primary.url, sync=sync, rejoin=returns, converged=converged
    )


def look(client: Client, person: Person) -> tuple[int, bytes]:
    """Home as a page and as the API gives it."""
    if person.id % 2:
        return client.send("GET", "/", person, page=True)
    return client.send("GET", HOME, person)


def judged(
    outcome: Outcome,
    load: Load,
    writers: Writers,
    kills: list[float],
    database: str,
    *,
    sync: bool,
    rejoin: list[float],
    converged: float,
) -> Outcome:
    """The row of a failover: what is in the database afterwards, and how long nothing could be written."""
    lost_posts = set(load.compare(database).lost)
    lost: list[Answered] = [one for one in load.acknowledged if one.id in lost_posts]
    lost += writers.lost(database)
    waited = gaps(kills, (one.at for one in load.acknowledged))
    broken = [one for one in load.failures + load.read_failures if not one.what.startswith(("503 ", "0 "))]
    outcome.acknowledged += len(writers)
    outcome.lost, outcome.seconds = len(lost), max(waited)
    outcome.note = "seconds: the longest until the site took a post again"
    outcome.figures |= {
        "kills": len(kills),
        "post gap median s": middle(waited),
        "write gap median s": middle(gaps(kills, writers.times())),
        "write gap worst s": round(max(gaps(kills, writers.times())), 2),
        "former primary back s": middle(rejoin),
        "homes full after s": round(converged, 2),
        "answers that were neither good nor 503": len(broken),
    }
    if not sync:
        outcome.figures["acknowledged up to s before the kill"] = round(window(kills, lost), 3)
    for one in broken[:1]:
        outcome.note += f"; {one.what[:60]}"
    fine = not outcome.doubled and not broken and (not lost if sync else window(kills, lost) <= BOUND)
    outcome.passed = fine and len(load.acknowledged) > 0
    return outcome
