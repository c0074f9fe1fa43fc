"""From a committed post to its followers' timelines: the site's whole path, with real workers."""

import time
from collections.abc import Iterator

from tweets.queries.timelines import follower_batches
from tweets.timelines import store
from tweets.timelines.reader import home_ids
from twitterclone.bench.crew import Process
from twitterclone.bench.goals import GOALS, compared
from twitterclone.bench.measure import Meter, Rounds, exponent, seconds
from twitterclone.bench.references import Plain
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import PATIENCE, Bench, NotHandled, forget_keys, made_up
from twitterclone.lib.ids import SHIFT
from twitterclone.lib.pagination import Cursor

NOBODY_IS_BIG = "1000000000"
FEWEST = 500  # followers from which on growth is looked at
REACHED = 50  # followers asked, at the end, whether the tweet is really there


def pusher(bench: Bench) -> Process:
    """The workers, pushing to everybody however many they are; at work once the first event is handled."""
    worker = bench.crew.worker("worker", BIG_AUTHOR_FOLLOWERS=NOBODY_IS_BIG)
    bench.post(bench.cast.near(0))
    bench.wait_until_handled()
    return worker


@case("fan-out")
def rate(bench: Bench) -> Iterator[Row]:
    """Goals 1 to 4: rate, CPU, time to the last follower, and its growth."""
    worker = pusher(bench)
    plain = Plain(bench.size.timelines, made_up(bench.size.entries)[:-1])
    rounds = Rounds()
    for _round in range(bench.size.rounds):
        _one_round(bench, worker, plain, rounds)
        rounds.add("script", seconds(lambda: plain.by_script(_new_id())) * 1e3)
        for number in _growing(bench):
            rounds.add(f"last {number}", _ack_to_last(bench, number))
    forget_keys("bench", "plain")
    yield compared("fanout-rate", rounds, "rate", "by hand", "ZADD by hand on one socket")
    note = ", ".join(f"{name} {rounds.median(name):.1f}" for name in ("worker", "store", "postgres"))
    yield compared("fanout-cpu", rounds, "cpu", "pipeline", "redis-py pipeline, ZADD and trim", note)
    several = f"last {bench.cast.near(2000).followers_count}"
    yield compared("fanout-last", rounds, several, "script", f"one script call, {plain.count} keys")
    points = tuple((float(number), rounds.median(f"last {number}")) for number in _growing(bench))
    yield Row(GOALS["fanout-growth"], exponent(points), points=points, axis="followers|ms")


def _growing(bench: Bench) -> list[int]:
    numbers = sorted(bench.cast.authors)
    return [number for number in numbers if number >= FEWEST] or numbers


def _one_round(bench: Bench, worker: Process, plain: Plain, rounds: Rounds) -> None:
    """The same number of deliveries by the site, by hand and by the usual pipeline."""
    authors = bench.cast.ordinary * max(1, bench.size.effort // 2)
    deliveries = sum(author.followers_count for author in authors)
    worker.pause()
    for author in authors:
        bench.post(author)
    meter, begun = Meter([worker.pid]), time.perf_counter()
    worker.go_on()
    bench.wait_until_handled()
    rounds.add("rate", deliveries / (time.perf_counter() - begun))
    for name, spent in zip(("worker", "store", "postgres"), meter.taken(), strict=True):
        rounds.add(name, spent / deliveries * 1e6)
    used = meter.taken()
    rounds.add("cpu", (used[0] + used[1]) / deliveries * 1e6)
    entries = [_new_id() for _ in range(max(1, deliveries // plain.count))]
    rounds.add("by hand", len(entries) * plain.count / plain.by_hand(entries))
    spent, store_spent = time.process_time(), Meter([])
    plain.by_pipeline(entries)
    spent = time.process_time() - spent + store_spent.taken()[1]
    rounds.add("pipeline", spent / (len(entries) * plain.count) * 1e6)


def _ack_to_last(bench: Bench, followers: int) -> float:
    """Milliseconds from the answer to the author until the follower who comes last has the tweet."""
    author = bench.cast.authors[followers]
    everybody = bench.cast.followers_of(author)
    tweet_id = bench.post(author)
    begun = time.perf_counter()
    while store.newest(everybody[-1]) != tweet_id:
        if time.perf_counter() - begun > PATIENCE:
            raise NotHandled(f"the last of {followers} followers did not get the tweet")
        time.sleep(0.0005)
    taken = (time.perf_counter() - begun) * 1e3
    bench.wait_until_handled()
    without = [user for user in everybody[:: len(everybody) // REACHED + 1] if store.newest(user) != tweet_id]
    if without:
        raise NotHandled(f"{len(without)} followers did not get the tweet")
    return taken


@case("pull")
def pull(bench: Bench) -> Iterator[Row]:
    """Goal 4, the other way: authors whose tweets are merged when they are read."""
    bench.crew.end("worker")
    numbers = _growing(bench)
    bench.crew.worker("puller", BIG_AUTHOR_FOLLOWERS=str(numbers[0]))
    rounds = Rounds()
    for number in numbers:
        bench.post(bench.cast.authors[number])  # the first one sets the mark
    bench.wait_until_handled()
    for _round in range(bench.size.rounds):
        for number in numbers:
            rounds.add(str(number), _ack_to_read(bench, number))
            bench.wait_until_handled()
    bench.crew.end("puller")
    points = tuple((float(number), rounds.median(str(number))) for number in numbers)
    yield Row(GOALS["pull-growth"], exponent(points), points=points, axis="followers|ms")
    for author in map(bench.cast.authors.__getitem__, numbers):
        store.unmark_big(author.pk, follower_batches(author.pk, 500))


def _ack_to_read(bench: Bench, followers: int) -> float:
    author = bench.cast.authors[followers]
    last = bench.cast.followers_of(author)[-1]
    tweet_id = bench.post(author)
    begun = time.perf_counter()
    while tweet_id not in home_ids(last, Cursor()):
        if time.perf_counter() - begun > PATIENCE:
            raise NotHandled("the tweet of a merged author was not to be read")
    return (time.perf_counter() - begun) * 1e3


def _new_id() -> int:
    return (time.time_ns() // 1_000_000) << SHIFT | 1022 << 6
