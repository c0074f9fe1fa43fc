"""What For you costs a process of the site: finding what it chooses from, and putting that into order."""

import time
from collections.abc import Callable, Iterator

from django.utils import timezone

from tweets.models.ranking import default_weights
from tweets.queries.popular import popular_ids
from tweets.queries.trends import trends
from tweets.ranking.page import for_you_page
from tweets.ranking.past import refresh
from tweets.ranking.pool import pool_for
from tweets.ranking.score import ranked
from twitterclone.bench.goals import GOALS
from twitterclone.bench.measure import Rounds
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench

TIMES = 10  # of each thing in a round: some tenths of a second


@case("for-you")
def for_you(bench: Bench) -> Iterator[Row]:
    """The budget of For you at read time: a new list, the same in another order, a page of it."""
    followed = max(bench.cast.readers)
    reader = bench.cast.readers[followed]
    refresh([reader.pk], timezone.now())
    trends(1)  # this and the next are found once a minute for everybody
    popular_ids(1)
    weights, rounds = default_weights(), Rounds()
    candidates = pool_for(reader.pk, anew=True).candidates
    sides: dict[str, Callable[[], object]] = {
        "for-you-list": lambda: ranked(pool_for(reader.pk, anew=True).candidates, weights),
        "for-you-order": lambda: ranked(pool_for(reader.pk).candidates, weights),
        "for-you-page": lambda: for_you_page(reader.pk, weights),
    }
    for _round in range(bench.size.rounds):
        for name, action in sides.items():
            rounds.add(name, _cpu(action) * 1e3)
    for name in sides:
        note = f"{len(candidates)} candidates, {followed:,} followed" if name == "for-you-list" else ""
        yield Row(GOALS[name], rounds.median(name), noise=rounds.noise(name), note=note)


def _cpu(action: Callable[[], object]) -> float:
    """Seconds of processor of this process, each time."""
    begun = time.process_time()
    for _ in range(TIMES):
        action()
    return (time.process_time() - begun) / TIMES
