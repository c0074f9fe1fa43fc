"""A timeline that Redis has lost, and all of them; and readers while much is delivered."""

import time
from collections.abc import Iterator

from django.db import connection

from accounts.models import User
from tweets.timelines import rebuild, store
from tweets.timelines.reader import home_ids
from twitterclone.bench.cases.fanout import pusher
from twitterclone.bench.goals import compared
from twitterclone.bench.http import Request, Visitors
from twitterclone.bench.measure import Rounds, percentile, seconds
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import PATIENCE, Bench, NotHandled
from twitterclone.lib.pagination import Cursor

COPIED = 5000  # rows of one COPY, for each step of effort
REBUILT = 6  # timelines, likewise
READS = 10
_TABLE = "CREATE TABLE IF NOT EXISTS bench_entries (user_id bigint, tweet_id bigint, created_at timestamptz)"
_INDEXES = (
    "ALTER TABLE bench_entries ADD PRIMARY KEY (user_id, tweet_id)",
    "CREATE INDEX bench_entries_time ON bench_entries (user_id, created_at)",
)


@case("cold")
def cold(bench: Bench) -> Iterator[Row]:
    """Goal 12: the first read after Redis was emptied against the next ones, and when it is built."""
    rounds = Rounds()
    for _round in range(bench.size.rounds):
        for number, reader in bench.cast.readers.items():
            for kind, value in _cold_and_warm(reader, max(2, bench.size.effort // 4)):
                rounds.add(f"{kind} {number}", value)
    for wanted in (100, 1000, 5000):
        number = min(bench.cast.readers, key=lambda found: abs(found - wanted))
        side, reference = f"cold {number}", f"warm {number}"
        note = "" if number == wanted else f"{number} followees"
        yield compared(f"cold-{wanted}", rounds, side, reference, "warm read of 20 ids", note)
    longest = max(bench.cast.readers)
    yield compared(
        "cold-built", rounds, f"built {longest}", f"cold {longest}", "the answer", f"{longest} followees"
    )


def _cold_and_warm(reader: User, times: int) -> Iterator[tuple[str, float]]:
    """Each first read is what a page asks; the thread behind it has ended before the next one begins."""
    cold_reads, built = [], []
    for _ in range(times):
        store.drop([reader.pk])
        begun = time.perf_counter()
        cold_reads.append(seconds(lambda: home_ids(reader.pk, Cursor())))
        while store.newest(reader.pk) is None:
            if time.perf_counter() - begun > PATIENCE:
                raise NotHandled(f"the timeline of {reader.pk} was not built")
            time.sleep(0.001)
        built.append(time.perf_counter() - begun)
    yield "cold", percentile(cold_reads, 0.5) * 1e3
    yield "built", percentile(built, 0.5) * 1e3
    warm_reads = [seconds(lambda: home_ids(reader.pk, Cursor())) for _ in range(10 * times)]
    yield "warm", percentile(warm_reads, 0.5) * 1e3


@case("rebuild")
def everybody(bench: Bench) -> Iterator[Row]:
    """Goal 12: timelines from SQL into Redis, as the command builds them, against COPY into two indexes."""
    number = REBUILT * bench.size.effort
    people = list(User.objects.filter(following_count__gt=0).order_by("id").values_list("pk", flat=True))
    people = people[:: max(1, len(people) // number)][:number]
    rounds = Rounds()
    with connection.cursor() as cursor:
        for statement in (_TABLE, *_INDEXES):
            cursor.execute(statement)
    try:
        for _round in range(bench.size.rounds):
            store.drop(people)
            taken = seconds(lambda: rebuild.fill_all(people))
            rounds.add("entries", sum(map(_entries, people)) / taken)
            rounds.add("rows", _copied(COPIED * bench.size.effort))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_entries")
    yield compared("rebuild", rounds, "entries", "rows", "COPY, two indexes")


def _entries(user_id: int) -> int:
    page = store.page(user_id, Cursor(limit=2000))
    return len(page.ids) if page else 0


def _copied(rows: int) -> float:
    """Rows a second by COPY."""
    lines = [f"{n % 500}\t{n}\t2026-01-01 00:00:{n % 60:02d}+00\n" for n in range(rows)]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_entries")
        begun = time.perf_counter()
        with cursor.copy("COPY bench_entries FROM STDIN") as copy:
            for first in range(0, rows, 2000):
                copy.write("".join(lines[first : first + 2000]))
        return rows / (time.perf_counter() - begun)


@case("busy")
def busy(bench: Bench) -> Iterator[Row]:
    """Goal 13: a reader's slowest requests while tweets go out to 20,000 followers each."""
    pusher(bench)
    author = bench.cast.near(20_000)
    reader = bench.cast.readers[max(bench.cast.readers)]
    site = bench.crew.pages()
    visitors = Visitors(site.port, 1)
    request = Request("/", {"Cookie": bench.sign_in(reader), "HX-Request": "true"})
    visitors.send([request], READS)
    rounds, times = Rounds(), READS * bench.size.effort
    for _round in range(bench.size.rounds):
        rounds.add("idle", percentile(visitors.send([request], times), 0.99) * 1e3)
        slow: list[float] = []
        while len(slow) < times:
            if not _is_delivering():
                for _ in range(3):
                    bench.post(author)
            slow += visitors.send([request], 1)
        rounds.add("busy", percentile(slow, 0.99) * 1e3)
        bench.wait_until_handled()
    note = "" if author.followers_count == 20_000 else f"{author.followers_count} followers"
    yield compared("home-busy", rounds, "busy", "idle", "the same while nothing is delivered", note)


def _is_delivering() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM outbox WHERE done_at IS NULL)")
        return bool(cursor.fetchone()[0])
