"""nDCG in cases that one can work out by hand, and the lift between two ways."""

from math import log2

import pytest

from twitterclone.evaluation.metric import lift, lift_interval, ndcg

pytestmark = pytest.mark.unit


def test_ndcg_is_one_when_all_that_is_relevant_stands_first() -> None:
    assert ndcg([1, 2, 3, 4], {1, 2}) == ndcg([2, 1, 3, 4], {1, 2}) == 1
    assert ndcg(range(30), set(range(25))) == pytest.approx(1)


def test_ndcg_is_nothing_when_nothing_relevant_is_shown() -> None:
    assert ndcg([1, 2], {3}) == ndcg([], {3}) == ndcg([1, 2], set()) == 0
    assert ndcg([*range(20), 99], {99}) == 0


def test_ndcg_counts_less_the_lower_something_stands() -> None:
    assert ndcg([9, 1], {1}) == pytest.approx(1 / log2(3))
    assert ndcg([9, 8, 1], {1}) == pytest.approx(1 / 2)
    # one of two, in the second place: (1 / log2 3) / (1 + 1 / log2 3)
    assert ndcg([9, 1, 8], {1, 2}) == pytest.approx(0.38685, abs=1e-5)


def test_lift_is_the_share_by_which_a_mean_is_higher() -> None:
    assert lift([0.3, 0.1], [0.1, 0.1]) == pytest.approx(1)
    assert lift([0.1], [0.0]) == float("inf")


def test_interval_holds_the_lift_and_is_the_same_each_time() -> None:
    ours, others = (
        [0.1 * (number % 7) for number in range(200)],
        [0.1 * (number % 5) for number in range(200)],
    )
    low, high = lift_interval(ours, others)
    assert low < lift(ours, others) < high
    assert lift_interval(ours, others) == (low, high)
    assert lift_interval([0.2] * 9, [0.1] * 9) == pytest.approx((1, 1))
