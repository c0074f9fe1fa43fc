"""Everything dies at once and the database's disk is gone: back from the backups and the log, ten times."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ops.drill.home import Home
from ops.drill.load import Load
from ops.drill.losses import Answered, taken_from, window
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage
from ops.drill.writers import Writers, gaps, middle

SEED = 20261201
ROUNDS, WRITES = 10, 16_000
ARCHIVE_SECONDS, SLACK = 10, 3.0  # the setting, and what beginning to archive a segment may take
ASYNC = (
    "all is killed and the disk gone, ten times: lost is what the archive had not got, of the last seconds"
)
SYNC = "all is killed and the disk gone, ten times, with the log received before each answer: nothing is lost"


@drill("pitr-archive", ASYNC)
def pitr_archive(stage: Stage) -> Iterator[Outcome]:
    yield _run(stage, sync=False)


@drill("pitr-sync", SYNC)
def pitr_sync(stage: Stage) -> Iterator[Outcome]:
    yield _run(stage, sync=True)


def _run(stage: Stage, *, sync: bool) -> Outcome:
    rounds, writes = (1, 200) if stage.tiny else (ROUNDS, WRITES)
    home = Home(stage, BACKUP_SYNC="on" if sync else "off", BACKUP_ARCHIVE_SECONDS=str(ARCHIVE_SECONDS))
    site = home.up()
    web = site.web()
    authors = site.people(authors=4, followers=1).authors
    chance, kills, late = random.Random(SEED), [], []
    load = Load([web.url], authors, stage.logs / "posts.txt", posts=8, posters=4)
    writers = Writers(home.postgres.url, stage.logs / "writes.txt", count=4)
    with writers, load:
        home.backup("full")
        for number in range(rounds):
            wanted = writes * (number + 1) // rounds
            stage.wait(lambda: len(writers) >= wanted, f"{wanted} writes", patience=300)  # noqa: B023
            time.sleep(chance.uniform(0, 1 if stage.tiny else ARCHIVE_SECONDS / 2))
            kills.append(home.crash())
            stage.say(f"all killed ({number + 1} of {rounds}), {len(writers):,} writes so far")
            late.append(how_late(home.lose_database(), time.time() - time.monotonic() + kills[-1]))
            home.restore("--latest")
            home.up()
            if number % 4 == 3:
                home.backup("diff")
        _until_posts(stage, load, kills[-1])
    return _judged(home, load, writers, list(zip(kills, late, strict=True)), sync=sync)


def how_late(data: Path, killed: float) -> float:
    """For how long a segment had waited to be archived when all was killed: long on a slow machine."""
    ready = [path.stat().st_mtime for path in (data / "pg_wal/archive_status").glob("*.ready")]
    return max(killed - min(ready), 0.0) if ready else 0.0


def _until_posts(stage: Stage, load: Load, kill: float) -> None:
    """Returns once somebody could post again."""
    stage.wait(lambda: any(one.at > kill for one in load.acknowledged), "nobody can post")


def _judged(
    home: Home, load: Load, writers: Writers, kills: list[tuple[float, float]], *, sync: bool
) -> Outcome:
    """Posts and small writes together; verified once the workers have done what waited for them."""
    url = home.postgres.url
    lost_posts = set(load.compare(url).lost)
    lost: list[Answered] = [one for one in load.acknowledged if one.id in lost_posts]
    lost += writers.lost(url)
    moments = [moment for moment, _late in kills]
    back = gaps(moments, writers.times())
    outcome = load.outcome(
        url,
        seconds=middle(back),
        note="seconds from the kill to the first write answered, middle of all",
        kills=len(kills),
        posts=len(load.acknowledged),
        **{"longest s": round(max(back), 1), "posts lost": len(lost_posts)},
    )
    outcome.acknowledged += len(writers)
    outcome.lost = len(lost)
    outcome.figures["oldest lost s"] = round(window(moments, lost), 1)
    outcome.figures["archiver behind s"] = round(max(late for _moment, late in kills), 1)
    home.settle()
    home.verify()
    fine = not lost if sync else not beyond(kills, lost)
    outcome.passed = fine and not outcome.doubled
    return outcome


def beyond(kills: list[tuple[float, float]], lost: Iterable[Answered]) -> list[Answered]:
    """What was lost though it was older than the setting, and the archiver's being behind, can explain."""
    bounds = [(kill, ARCHIVE_SECONDS + SLACK + late) for kill, late in kills]
    return [
        one for one in lost if not any(taken_from(one) <= kill <= one.at + bound for kill, bound in bounds)
    ]
