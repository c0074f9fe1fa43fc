"""Redis loses everything, is killed again and again, or is replaced by its replica."""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ops import processes
from ops.drill.crew import Person, Site
from ops.drill.load import HOME, Client, Homes, Load, home_of
from ops.drill.marks import Marks
from ops.drill.registry import Outcome, drill
from ops.drill.sentinels import Trio
from ops.drill.stage import Stage
from ops.drill.writers import gaps, middle

SEED = 20261201
COLD = (
    0.3  # seconds within which the first page of a lost home must come, or in thrice the time of a warm one
)
LOST_WINDOW = 2.0  # seconds that the log of writes may lag behind
SQL_HOME = "SELECT id FROM timeline WHERE viewer_id = %s"
# writes that wait for the disk, one after the other, until it is ended
BUSY = """
import os, sys
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY | os.O_DSYNC)
while True:
    os.pwrite(file, bytes(4 << 20), 0)
"""
LOSS = "everything in Redis is lost: no error, homes are right again, people log in again"
KILL = "kill -9 of Redis 24 times while the disk is busy: no post, no entry of a home is missing"
SENTINEL = "sentinels replace a killed Redis by its replica ten times; the site goes on by itself"


@drill("redis-loss", LOSS)
def redis_loss(stage: Stage) -> Iterator[Outcome]:
    valkey = stage.valkey()
    site = stage.site(stage.postgres(), valkey)
    web, _worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=10 if stage.tiny else 300)
    readers, marks = people.followers[:4], Marks(valkey.url)
    with marks, Load([web.url], people.authors, stage.logs / "posts.txt", readers=readers, read=look) as load:
        time.sleep(2 if stage.tiny else 15)
        warm = [_first_page(web.url, person) for person in people.followers[-50:]]
        valkey.kill()
        killed = time.monotonic()
        for name in ("dump.rdb", "appendonlydir"):
            path = valkey.data / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        valkey.start()
        stage.say("everything in Redis is gone")
        first = [_first_page(web.url, person) for person in people.followers[-50:]]
        time.sleep(2 if stage.tiny else 10)
    homes = Homes([web.url], readers, [one.id for one in load.acknowledged])
    seconds = stage.wait(homes.are_full, lambda: homes.why, patience=120)
    rebuilt = site.run("manage.py", "rebuild_timelines", "--anew").strip().splitlines()[-1]
    unlike = sum(not _is_as_in_sql(site, web.url, person) for person in people.followers[:20])
    note = f"seconds until homes were full; {rebuilt}"
    outcome = load.outcome(site.postgres.url, seconds=seconds, note=note)
    bad = errors(load)
    logged_out = sum(_is_logged_out(web.url, person) for person in people.authors)
    outcome.figures |= {
        "first page cold, median s": middle(first),
        "worst s": round(max(first), 3),
        "warm before, median s": round(statistics.median(warm), 3),
        "homes unlike SQL": unlike,
        "of 4 logged out": logged_out,
        "session writes before": sum(at < killed for at in marks.times()),
        "answers that were neither good nor 503": len(bad),
    }
    outcome.doubled += homes.doubled
    quick = stage.tiny or statistics.median(first) < max(COLD, 3 * statistics.median(warm))
    outcome.passed = bool(load.acknowledged) and not (outcome.lost or outcome.doubled or unlike or bad)
    outcome.passed = outcome.passed and quick
    yield outcome


@drill("redis-kill", KILL)
def redis_kill(stage: Stage) -> Iterator[Outcome]:
    valkey = stage.valkey()
    site = stage.site(stage.postgres(), valkey)
    web, _worker, _beat = site.web(), site.worker(), site.beat()
    people = site.people(authors=4, followers=4 if stage.tiny else 20)
    chance, kills = random.Random(SEED), []
    marks = Marks(valkey.url, count=8)
    busy = [] if stage.tiny else [_keep_disk_busy(stage, number) for number in range(3)]
    with marks, Load([web.url], people.authors, stage.logs / "posts.txt", posts=10) as load:
        for number in range(1 if stage.tiny else 24):
            time.sleep(chance.uniform(2, 4))
            valkey.kill()
            kills.append(time.monotonic())
            stage.say(f"Redis killed ({number + 1}), {len(marks):,} session writes so far")
            valkey.start()
        time.sleep(1)
    for process in busy:
        processes.end_group(process, grace=1)
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    yield _judged(stage, site, homes, load, marks=marks, kills=kills)


@drill("redis-sentinel", SENTINEL)
def redis_sentinel(stage: Stage) -> Iterator[Outcome]:
    trio = Trio(stage)
    site = stage.site(stage.postgres(), trio, REDIS_URL=trio.url)  # type: ignore[arg-type]
    web, beat = site.web(), site.beat()
    worker = site.worker()
    people = site.people(authors=4, followers=4)
    marks, kills = Marks(trio.url), []
    with marks, Load([web.url], people.authors, stage.logs / "posts.txt", posts=10) as load:
        for number in range(1 if stage.tiny else 10):
            time.sleep(2)
            kills.append(trio.kill_primary())
            stage.say(f"primary killed ({number + 1}), {len(marks):,} session writes so far")
            trio.wait_for_another()
            trio.take_back()
        time.sleep(2)
    homes = Homes([web.url], people.followers, [one.id for one in load.acknowledged])
    outcome = _judged(stage, site, homes, load, marks=marks, kills=kills)
    waited = gaps(kills, marks.times())
    outcome.figures |= {"write gap median s": middle(waited), "write gap worst s": round(max(waited), 2)}
    outcome.figures["processes that ended"] = sum(not member.runs for member in (web, beat, worker))
    outcome.passed = outcome.passed and outcome.figures["processes that ended"] == 0
    yield outcome


def look(client: Client, person: Person) -> tuple[int, bytes]:
    """Home as a page and as the API gives it; a page that sends to log in is a good answer too."""
    if person.id % 2:
        status, body = client.send("GET", "/", person, page=True)
        return (200 if status in (200, 302) else status), body
    return client.send("GET", HOME, person)


def errors(load: Load) -> list[str]:
    """Answers that were neither good nor said when to come again."""
    found = [*load.failures, *load.read_failures]
    return [one.what for one in found if not one.what.startswith(("503 ", "0 "))]


def _judged(
    stage: Stage, site: Site, homes: Homes, load: Load, *, marks: Marks, kills: list[float]
) -> Outcome:
    seconds = stage.wait(homes.are_full, lambda: homes.why, patience=180)
    sessions, window = marks.lost(kills)
    outcome = load.outcome(site.postgres.url, seconds=seconds, note="seconds until every home was full")
    bad = errors(load)
    outcome.figures |= {
        "kills": len(kills),
        "session writes": len(marks),
        "of them lost": sessions,
        "written up to s before the kill": round(window, 3),
        "missing entries": homes.missing,
        "answers that were neither good nor 503": len(bad),
    }
    outcome.doubled += homes.doubled
    outcome.passed = bool(load.acknowledged) and not (outcome.lost or outcome.doubled or bad)
    outcome.passed = outcome.passed and window < LOST_WINDOW + 1
    return outcome


def _first_page(door: str, person: Person) -> float:
    begun = time.monotonic()
    status, body = Client([door]).send("GET", HOME, person)
    if status != 200:
        raise RuntimeError(f"a cold home was not given: {status} {body[:200]!r}")
    return time.monotonic() - begun


def _is_as_in_sql(site: Site, door: str, person: Person) -> bool:
    wanted = {row[0] for row in site.sql(SQL_HOME, (person.id,))}
    return set(home_of(Client([door]), person)) == wanted


def _is_logged_out(door: str, person: Person) -> bool:
    status, body = Client([door]).send("GET", "/settings/", person, page=True)
    return status != 200 or person.username.encode() not in body


def _keep_disk_busy(stage: Stage, number: int) -> subprocess.Popen:
    path: Path = stage.folder / f"busy{number}"
    return processes.spawn([sys.executable, "-c", BUSY, path], cwd="/", env=dict(os.environ))
