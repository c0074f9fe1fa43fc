"""nDCG, and how sure its mean is."""

from collections.abc import Collection, Sequence
from math import log2
from random import Random
from statistics import fmean

TOP = 20
RESAMPLES = 400


def ndcg(ranked: Sequence[int], relevant: Collection[int], top: int = TOP) -> float:
    """1 when all that is relevant stands first, 0 when none of it is among the `top`; 0 without any."""
    best = sum(1 / log2(place + 2) for place in range(min(len(relevant), top)))
    found = sum(1 / log2(place + 2) for place, one in enumerate(ranked[:top]) if one in relevant)
    return found / best if best else 0.0


def lift(values: Sequence[float], others: Sequence[float]) -> float:
    """By how much the mean of the first is above that of the second: 0.1 is ten per cent."""
    base = fmean(others)
    return fmean(values) / base - 1 if base else float("inf")


def lift_interval(values: Sequence[float], others: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """Between which bounds 95 of 100 lifts lie when the readers are drawn anew from themselves."""
    rng = Random(seed)
    pairs = list(zip(values, others, strict=True))
    lifts = sorted(
        lift([one for one, _ in drawn], [other for _, other in drawn])
        for drawn in (rng.choices(pairs, k=len(pairs)) for _ in range(RESAMPLES))
    )
    return lifts[RESAMPLES // 40], lifts[-RESAMPLES // 40 - 1]
