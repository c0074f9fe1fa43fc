"""One run: the world, the cases, the table, the report; what was measured is kept when it is interrupted."""

import os
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from twitterclone.bench import casting, report
from twitterclone.bench.cases.growth import sample
from twitterclone.bench.crew import Crew
from twitterclone.bench.registry import Case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench, Size
from twitterclone.bench.table import Stream, Table
from twitterclone.lib.redis import client
from twitterclone.seeding.progress import Progress


def run(
    size: Size, cases: Sequence[Case], folder: Path, out: Stream, err: Stream
) -> tuple[list[Row], list[str]]:
    """Measures and writes the report; returns the rows, and the names of cases that broke off."""
    folder.mkdir(parents=True, exist_ok=True)
    table, rows, broken = Table(out), list[Row](), list[str]()
    crew, progress = Crew(folder), Progress(err)
    bench = Bench(size, crew, folder, progress)
    for text in surroundings(size):
        table.say(text)
    try:
        growing = any(found.name == "growth" for found in cases)
        casting.build(bench, (lambda axis: sample(bench, axis)) if growing else None)
        casting.fill(bench)
        for found in cases:
            progress.step(f"{progress.seconds:.0f} s: {found.name}: {found.about}")
            try:
                for row in found.measure(bench):
                    rows.append(row)
                    table.add(row)
            except Exception as error:
                # the others can still be measured
                broken.append(found.name)
                table.say(f"      {found.name} broke off: {error!r}")
                err.write(traceback.format_exc())
    except KeyboardInterrupt:
        table.say("Interrupted: this is what was measured until then.")
        raise
    finally:
        crew.stop()
        table.conclude(rows)
        table.say(f"Load {_load()} at the end, {progress.seconds:.0f} s.")
        for path in report.write(folder, rows):
            table.say(f"Written: {path}")
    return rows, broken


def surroundings(size: Size) -> list[str]:
    """What a reader must know of the machine and the servers to read the figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'),"
            " current_setting('synchronous_commit')"
        )
        version, fsync, commit = cursor.fetchone()
    valkey = client("timelines")
    facts, kept = valkey.info("server"), valkey.config_get("append*")
    name = facts.get("valkey_version") or facts["redis_version"]
    return [
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} processors, load {_load()}",
        f"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}",
        f"Valkey {name}, appendonly {kept['appendonly']} ({kept['appendfsync']})",
        f"World {size.name}: {size.users:,} users, {size.tweets:,} tweets, {size.crowd:,} followers beside",
        f"{size.rounds} rounds, timelines of at most {settings.TIMELINE_MAX} entries",
        "",
    ]


def _load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())
