"""How long somebody waits who posts, whatever their followers; no worker runs meanwhile."""

from collections.abc import Callable, Iterator

from django.db import connection

from twitterclone.bench.goals import GOALS, compared
from twitterclone.bench.measure import Rounds, exponent, percentile, seconds
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench

_TABLE = "CREATE TABLE IF NOT EXISTS bench_rows (id bigserial PRIMARY KEY, author_id bigint, content text)"
_INSERT = "INSERT INTO bench_rows (author_id, content) VALUES (%s, %s)"


def _insert() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [1, "as long as a tweet often is, which is not very long at all"])


def p50(action: Callable[[], object], times: int) -> float:
    """Milliseconds; half of the times it was faster."""
    return percentile([seconds(action) for _ in range(times)], 0.5) * 1e3


@case("posting")
def posting(bench: Bench) -> Iterator[Row]:
    """Goals 5 and 6: the acknowledgement of a post, beside one INSERT and against followers."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    try:
        with bench.unheard():
            rounds = _take(bench)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_rows")
    few = min(bench.cast.authors)
    for wanted in (2000, 20_000, 100_000):
        many = bench.cast.near(wanted).followers_count
        if many < wanted > 20_000:
            continue  # only a large world has such an author
        note = "" if many == wanted else f"{many} followers"
        yield compared(f"ack-{wanted}", rounds, str(many), str(few), f"post ack, {few} followers", note)
    yield compared("ack-insert", rounds, str(few), "insert", "one INSERT, same connection")
    points = tuple((float(n), rounds.median(str(n))) for n in sorted(bench.cast.authors))
    yield Row(GOALS["post-growth-followers"], exponent(points), points=points, axis="followers|ms")


def _take(bench: Bench) -> Rounds:
    rounds, times = Rounds(), bench.size.effort
    bench.post(bench.cast.near(0))
    for _round in range(bench.size.rounds):
        rounds.add("insert", p50(_insert, times))
        for number, author in sorted(bench.cast.authors.items()):
            rounds.add(str(number), p50(lambda who=author: bench.post(who), times))  # type: ignore[misc]
    return rounds
