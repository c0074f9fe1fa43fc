"""Readers at several moments of a world's last days: what For you shows them, and what they like then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

from django.db import connection, transaction

from tweets.models import TermKind
from tweets.models.ranking import DEFAULT_WEIGHTS
from tweets.queries.popular import popular_at
from tweets.queries.trends import ALL, Trend
from tweets.ranking import past
from tweets.ranking.facts import Facts
from tweets.ranking.pool import POPULAR, TRENDS, candidates_for
from tweets.ranking.score import ranked
from tweets.ranking.sources import WINDOW
from tweets.trends.rising import rising_at
from twitterclone.evaluation.metric import lift, lift_interval, ndcg
from twitterclone.evaluation.worlds import go_back_to, likes_after
from twitterclone.seeding.load import drop_foreign_keys
from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import seed

UNTIL = datetime(2026, 6, 1, 20, tzinfo=UTC)  # so that a seed is the same world whenever it is run
BACK = (6, 15, 26, 37, 48, 61)  # hours before the end at which people read: mornings, noons, nights
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
OURS = "for you"
Orders = dict[str, list[int]]


@dataclass
class Outcome:
    """Of each way to order, the nDCG@20 of every reading."""

    seed: int
    scores: dict[str, list[float]] = field(default_factory=dict)

    @property
    def readings(self) -> int:
        return len(self.scores[OURS])

    def means(self) -> dict[str, float]:
        return {name: fmean(values) for name, values in self.scores.items()}

    def lift_over(self, name: str) -> tuple[float, float, float]:
        """How far For you is above another way, and the bounds between which this lies."""
        ours, others = self.scores[OURS], self.scores[name]
        return lift(ours, others), *lift_interval(ours, others)

    def least_lift(self) -> float:
        """Above the best of the others."""
        return min(lift(self.scores[OURS], self.scores[name]) for name in self.scores if name != OURS)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How large the world is, and how many read it at each moment."""

    users: int = 600
    tweets: int = 24_000
    readers: int = 100
    back: Sequence[int] = BACK
    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)


def evaluate(number: int, trial: Trial, progress: Progress) -> Outcome:
    """Makes the world of this seed, asks, and leaves nothing of it behind."""
    outcome, rng = Outcome(number), Random(number)
    with transaction.atomic():
        drop_foreign_keys(connection.introspection.table_names())
        # nine tenths of it in the last weeks, so that people have a past of the size the site looks at
        size = Size(users=trial.users, tweets=trial.tweets, seed=number, until=UNTIL, told=0)
        seed(size.busy(days=12), progress)
        for hours in sorted(trial.back):
            for orders, liked in _readings(UNTIL - timedelta(hours=hours), trial, rng, progress):
                for name, ids in orders.items():
                    outcome.scores.setdefault(name, []).append(ndcg(ids, liked))
        transaction.set_rollback(True)
    return outcome


def _readings(
    moment: datetime, trial: Trial, rng: Random, progress: Progress
) -> Iterator[tuple[Orders, set[int]]]:
    """Of each reader at this moment the tweets in several orders, and what they will like of all there is."""
    truth = likes_after(moment, moment - WINDOW)
    go_back_to(moment)
    readers = rng.sample(sorted(truth), min(trial.readers, len(truth)))
    past.refresh(readers, moment)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE affinities, interests, tastes")
    rising, popular = hashtags_at(moment)[:TRENDS], popular_at(moment)[:POPULAR]
    for done, reader in enumerate(readers, 1):
        yield orders_of(candidates_for(reader, moment, rising, popular), trial.weights), truth[reader]
        progress.count(done, len(readers), f"readers at {moment:%d %b %H:%M}")


def hashtags_at(moment: datetime) -> list[Trend]:
    """The hashtags that rose at a moment, as readers would have seen them."""
    rises = [rise for rise in rising_at(moment).get(ALL, []) if rise.term.kind == TermKind.HASHTAG]
    return [Trend(one.use.name, one.term.key, one.use.tweets, one.people) for one in rises]


def orders_of(candidates: Sequence[Facts], weights: Mapping[str, float]) -> Orders:
    """The same candidates by score, and as one would order them without any."""
    newest = sorted(candidates, key=lambda one: -one.id)

    def by(key: Callable[[Facts], float]) -> list[int]:
        return [one.id for one in sorted(newest, key=key, reverse=True)]

    return {
        OURS: [one.facts.id for one in ranked(candidates, weights)],
        "chronological": [one.id for one in newest if one.following],
        "newest of all": [one.id for one in newest],
        "popularity": by(_engagement),
        "popularity of the day": by(lambda one: _engagement(one) if one.age_ms < DAY_MS else -1),
        "popularity by age": by(lambda one: (_engagement(one) + 1) / (one.age_ms / HOUR_MS + 2) ** 1.5),
    }


def _engagement(one: Facts) -> int:
    return one.likes + one.retweets + one.replies
