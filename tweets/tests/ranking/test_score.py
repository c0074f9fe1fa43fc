"""The score: what each factor is worth, and that it adds up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweets.models.ranking import LEAST_WEIGHT, MOST_WEIGHT, default_weights
from tweets.ranking.facts import Facts
from tweets.ranking.score import FACTORS, HALF_LIFE_MS, ranked, values_of

pytestmark = pytest.mark.unit

PLAIN: dict[str, Any] = {
    "id": 1, "author_id": 7, "age_ms": 0, "likes": 0, "retweets": 0, "replies": 0, "my_likes": 0,
    "my_replies": 0, "my_retweets": 0, "affinity": 0.0, "following": False, "friends": 0, "friend_ids": (),
    "topics": (), "interest": 0.0, "trend": "", "language": "en", "language_share": 0.0,
}  # fmt: skip
NOTHING = dict.fromkeys(FACTORS, 0.0)


def facts(**known: Any) -> Facts:
    """A candidate that has nothing but what is named."""
    return Facts(**{**PLAIN, **known})


def value(factor: str, **known: Any) -> float:
    return values_of(facts(**known))[FACTORS.index(factor)]


def ids(*candidates: Facts, **weights: float) -> list[int]:
    return [one.facts.id for one in ranked(candidates, {**NOTHING, **weights})]


@pytest.mark.parametrize(
    ("factor", "least", "more", "most"),
    [
        ("likes", {}, {"likes": 10}, {"likes": 10**7}),
        ("retweets", {}, {"retweets": 10}, {"retweets": 10**7}),
        ("replies", {}, {"replies": 10}, {"replies": 10**7}),
        ("affinity", {}, {"affinity": 1.0}, {"affinity": 1e9}),
        ("friends", {}, {"friends": 2}, {"friends": 10**9}),
        ("topics", {}, {"interest": 1.0}, {"interest": 1e9}),
        ("following", {}, {}, {"following": True}),
        ("trends", {}, {}, {"trend": "rain"}),
        ("language", {}, {"language_share": 0.5}, {"language_share": 1.0}),
        ("recency", {"age_ms": 10**12}, {"age_ms": HALF_LIFE_MS}, {}),
    ],
)
def test_factor_lies_between_nothing_and_one(factor: str, least: dict, more: dict, most: dict) -> None:
    found = [value(factor, **known) for known in (least, more, most)]
    assert found == sorted(found)
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert found[2] == pytest.approx(1, abs=1e-6)


def test_recency_is_half_after_its_half_life() -> None:
    assert value("recency", age_ms=HALF_LIFE_MS) == pytest.approx(0.5)


def test_better_one_stands_higher_for_each_factor() -> None:
    assert ids(facts(id=1, author_id=1), facts(id=2, author_id=2, likes=9), likes=1) == [2, 1]
    assert ids(facts(id=1, author_id=1), facts(id=2, author_id=2, likes=9), likes=-1) == [1, 2]
    assert ids(facts(id=2, age_ms=10**8), facts(id=1, author_id=2), recency=1) == [1, 2]


def test_newer_one_stands_higher_when_scores_are_equal() -> None:
    assert ids(facts(id=5), facts(id=9, author_id=2), facts(id=7, author_id=3)) == [9, 7, 5]


def test_loud_author_makes_room_when_variety_counts() -> None:
    loud = [facts(id=number, author_id=1, likes=20) for number in (4, 3, 2)]
    quiet = facts(id=1, author_id=2, likes=10)
    assert ids(*loud, quiet, likes=1) == [4, 3, 2, 1]
    assert ids(*loud, quiet, likes=1, variety=1) == [4, 1, 3, 2]


def test_variety_says_how_many_stand_above() -> None:
    shown = ranked([facts(id=number, likes=9) for number in (3, 2, 1)], {**NOTHING, "variety": 1})
    assert [one.values[-1] for one in shown] == [0, -1 / 2, -2 / 3]
    assert [one.score for one in shown] == [0, -500, -667]


WEIGHT = st.floats(LEAST_WEIGHT, MOST_WEIGHT)
CANDIDATE = st.builds(
    facts,
    id=st.integers(1, 10**6),
    author_id=st.integers(1, 5),
    age_ms=st.integers(0, 10**10),
    likes=st.integers(0, 10**6),
    retweets=st.integers(0, 10**6),
    affinity=st.floats(0, 1e6),
    friends=st.integers(0, 1000),
    interest=st.floats(0, 1e6),
    following=st.booleans(),
    language_share=st.floats(0, 1),
)


@given(st.lists(CANDIDATE, max_size=30), st.fixed_dictionaries(dict.fromkeys(FACTORS, WEIGHT)))
def test_points_add_up_to_the_score_and_the_score_is_the_order(
    candidates: list[Facts], weights: dict[str, float]
) -> None:
    shown = ranked(candidates, weights)
    assert sorted(one.facts for one in shown) == sorted(candidates)
    assert [one.score for one in shown] == sorted((one.score for one in shown), reverse=True)
    for one in shown:
        assert one.score == sum(one.points)
        for points, worth, name in zip(one.points, one.values, FACTORS, strict=True):
            assert points == round(worth * weights[name] * 1000)


def test_every_factor_has_a_weight_to_begin_with() -> None:
    assert list(default_weights()) == list(FACTORS)
    assert len(values_of(facts())) == len(FACTORS)
