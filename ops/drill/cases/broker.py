"""The broker, or all who work, are away for a while: who posts does not notice, all is delivered later."""

import time
from collections.abc import Callable, Iterator

from ops.drill.crew import Site
from ops.drill.load import Homes, Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

AWAY = 60.0
SLOW = 0.3  # seconds within which 99 of 100 posts must be answered meanwhile, or in twice the time of before
CONVERGED = 60.0
WAITING = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND id <= %s"


@drill("broker-down", "60 s without a broker: no post fails or waits, all are delivered afterwards")
def broker_down(stage: Stage) -> Iterator[Outcome]:
    broker = stage.valkey("broker")
    site = stage.site(stage.postgres(), stage.valkey(), REDIS_BROKER_URL=broker.url)
    site.web(), site.worker(), site.beat()
    yield _run(stage, site, broker.kill, broker.start)


@drill("worker-fleet", "60 s without any worker or beat: all that was posted is delivered afterwards")
def worker_fleet(stage: Stage) -> Iterator[Outcome]:
    site = stage.site(stage.postgres(), stage.valkey())
    site.web()
    fleet = [site.worker("worker-1"), site.worker("worker-2"), site.beat()]

    def kill() -> None:
        for member in fleet:
            member.kill()

    def start() -> None:
        for member in fleet:
            member.start()

    yield _run(stage, site, kill, start)


def _run(stage: Stage, site: Site, away: Callable[[], object], back: Callable[[], object]) -> Outcome:
    web = site.members["web"].url  # type: ignore[attr-defined]
    people = site.people(authors=4, followers=4 if stage.tiny else 20)
    readers = people.followers[:4]
    with Load([web], people.authors, stage.logs / "posts.txt", posts=20, readers=readers, reads=10) as load:
        time.sleep(1 if stage.tiny else 15)
        before = quantile([one.took for one in load.acknowledged])
        away()
        begun = time.monotonic()
        stage.say("away")
        time.sleep(2 if stage.tiny else AWAY)
        meanwhile = [one.took for one in load.acknowledged if one.at > begun]
        slow = quantile(meanwhile)
        back()
        stage.say("back")
        ((last,),) = site.sql("SELECT max(id) FROM outbox")
        seconds = stage.wait(lambda: site.sql(WAITING, (last,)) == [(0,)], "events wait", patience=180)
        time.sleep(1)
    homes = Homes([web], people.followers, [one.id for one in load.acknowledged])
    stage.wait(homes.are_full, lambda: homes.why, patience=180)
    outcome = load.outcome(
        site.postgres.url, seconds=seconds, note="seconds until all that waited was handled"
    )
    outcome.figures |= {
        "posts meanwhile": len(meanwhile),
        "99 of 100 answered within s": round(slow, 3),
        "before s": round(before, 3),
        "reads that failed": len(load.read_failures),
    }
    outcome.doubled += homes.doubled
    calm = not load.failures and not load.read_failures and (stage.tiny or slow < max(SLOW, 2 * before))
    outcome.passed = outcome.passed and not homes.doubled and calm and seconds < CONVERGED
    return outcome


def quantile(values: list[float]) -> float:
    """Within which 99 of 100 were answered."""
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0
