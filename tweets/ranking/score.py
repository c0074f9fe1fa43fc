"""The score: each factor's value times its weight, in whole thousandths, so that receipts add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log1p
from typing import NamedTuple

from tweets.models.ranking import DEFAULT_WEIGHTS
from tweets.ranking.facts import Facts

FACTORS = tuple(DEFAULT_WEIGHTS)
THOUSAND = 1000
HALF_LIFE_MS = 9 * 3_600_000  # of recency
MANY = log1p(1000)  # a thousand likes are worth 1, ten a third
HALF = 2.0  # what is worth half: so many friends, so much affinity or interest


class Ranked(NamedTuple):
    """A candidate in its place: the values of its factors, and the points each brought."""

    facts: Facts
    values: tuple[float, ...]
    points: tuple[int, ...]

    @property
    def score(self) -> int:
        return sum(self.points)


def values_of(facts: Facts) -> tuple[float, ...]:
    """Each factor between 0 and 1, in the order of FACTORS; variety, which knows the others, is 0 here."""
    return (
        0.5 ** (facts.age_ms / HALF_LIFE_MS),
        _many(facts.likes),
        _many(facts.retweets),
        _many(facts.replies),
        _filling(facts.affinity),
        float(facts.following),
        _filling(facts.friends),
        _filling(facts.interest),
        float(bool(facts.trend)),
        facts.language_share,
        0.0,
    )


def ranked(candidates: Iterable[Facts], weights: Mapping[str, float]) -> list[Ranked]:
    """The candidates, highest score first, of equal ones the newest.

    The second tweet of an author counts half a step of variety less than the first, the third two thirds:
    so one loud person does not fill the page.
    """
    wanted = [weights[name] for name in FACTORS]
    scored = [_scored(facts, values_of(facts), wanted) for facts in candidates]
    scored.sort(key=_place)
    met: Counter[int] = Counter()
    for at, one in enumerate(scored):
        earlier = met[one.facts.author_id]
        met[one.facts.author_id] += 1
        if earlier:
            repeated = -earlier / (earlier + 1)
            scored[at] = _scored(one.facts, (*one.values[:-1], repeated), wanted)
    scored.sort(key=_place)
    return scored


def _scored(facts: Facts, values: tuple[float, ...], weights: Sequence[float]) -> Ranked:
    points = [round(value * weight * THOUSAND) for value, weight in zip(values, weights, strict=True)]
    return Ranked(facts, values, tuple(points))


def _place(one: Ranked) -> tuple[int, int]:
    return -sum(one.points), -one.facts.id


def _many(number: int) -> float:
    return min(1.0, log1p(max(0, number)) / MANY)


def _filling(number: float) -> float:
    return number / (number + HALF)
