"""What people do wrong (a table dropped, rows deleted), and what a broken disk does (a page that is none)."""

import random
import time
from collections.abc import Iterator

from ops.backup.dumps import differences
from ops.drill.crew import People
from ops.drill.home import Home
from ops.drill.load import Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

TABLE = "bookmarks"
MARKED = """
    INSERT INTO bookmarks (id, created_at, user_id, tweet_id)
    SELECT 1000000 + row_number() OVER (), now(), u.id, t.id FROM users u CROSS JOIN tweets t
"""
PAGE = 8192


@drill("dropped-table", "a table is dropped: the site as it was a moment before, all of it there")
def dropped_table(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before, moment = home.tables(), home.moment()
    time.sleep(1)
    home.postgres.sql(f"DROP TABLE {TABLE} CASCADE", database="twitterclone")
    begun = time.monotonic()
    home.down()
    home.restore("--to", moment)
    home.up()
    yield _judged(home, load, before, begun, "seconds from stopping the site to its being there again")


@drill("deleted-by-mistake", "rows are deleted: taken from the past beside the running site, and copied back")
def deleted_by_mistake(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before, moment = home.tables(), home.moment()
    time.sleep(1)
    home.postgres.sql(f"DELETE FROM {TABLE} WHERE id % 2 = 0", database="twitterclone")
    begun = time.monotonic()
    home.restore("--to", moment, "--side")
    home.restore("--copy", TABLE)
    seconds = time.monotonic() - begun
    outcome = _judged(home, load, before, begun, "seconds until the rows were back; the site ran meanwhile")
    outcome.seconds = seconds
    home.restore("--drop-side")
    yield outcome


@drill("dump-restore", "a dump restored: every table with the same rows and checksum; one table alone too")
def dump_restore(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before = home.tables()
    begun = time.monotonic()
    home.backup("dump", "--verify")
    home.restore("--dump", "latest")
    wrong = differences(before, home.tables("twitterclone_side"))
    whole = time.monotonic() - begun
    home.restore("--dump", "latest", "--table", TABLE)
    side = home.tables("twitterclone_side")
    wrong += [] if side[f"public.{TABLE}"] == before[f"public.{TABLE}"] else [f"{TABLE} alone differs"]
    outcome = _judged(home, load, before, begun, "seconds of dumping, verifying and restoring it all")
    outcome.seconds = whole
    outcome.figures |= {"tables": len(before), "tables that differ": len(wrong)}
    outcome.passed = outcome.passed and not wrong
    yield outcome


@drill(
    "corrupted-table", "pages of a table are overwritten: found, and mended from the backups without a loss"
)
def corrupted_table(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before = home.tables()
    path = (
        home.postgres.data
        / home.postgres.sql(
            f"CHECKPOINT; SELECT pg_relation_filepath('{TABLE}')", database="twitterclone"
        ).strip()
    )
    home.down()
    spoil(path)
    home.up()
    begun = time.monotonic()
    found = _is_found(home)
    home.down()
    home.restore("--latest")
    home.up()
    outcome = _judged(home, load, before, begun, "seconds from looking for it to the site being there again")
    outcome.passed = outcome.passed and found
    outcome.figures["found by verify"] = "yes" if found else "no"
    yield outcome


def living(stage: Stage, **env: str) -> tuple[Home, Load]:
    """A site that was backed up, and on which something was written since; its load is over."""
    home = Home(stage, **env)
    site = home.up()
    people: People = site.people(authors=4, followers=4 if stage.tiny else 40)
    web = site.web()
    home.backup("full")
    with Load([web.url], people.authors, stage.logs / "posts.txt", posts=20) as load:
        time.sleep(2 if stage.tiny else 15)
        home.backup("diff")
        time.sleep(1 if stage.tiny else 5)
    home.postgres.sql(MARKED, database="twitterclone")
    home.settle()
    return home, load


def spoil(path) -> None:
    """Overwrites each second page with what never was a page."""
    noise = random.Random(7)
    with path.open("r+b") as file:
        for place in range(0, path.stat().st_size, 2 * PAGE):
            file.seek(place)
            file.write(noise.randbytes(PAGE))


def _is_found(home: Home) -> bool:
    try:
        home.verify("--only", "pages")
    except RuntimeError as error:
        return TABLE in str(error)
    return False


def _judged(home: Home, load: Load, before: dict, begun: float, note: str) -> Outcome:
    """Passed when every table is as it was."""
    seconds = time.monotonic() - begun
    wrong = [line for line in differences(before, home.tables()) if not _may_differ(line)]
    outcome = load.outcome(home.postgres.url, seconds=seconds, note=note)
    rows = before[f"public.{TABLE}"][0]
    outcome.acknowledged += rows
    outcome.figures |= {"rows of the table": rows, "tables that differ": ", ".join(wrong) or "none"}
    home.verify()
    outcome.passed = outcome.passed and not wrong
    return outcome


def _may_differ(line: str) -> bool:
    """Leases of node numbers go on by themselves."""
    return line.startswith("public.id_nodes:")
