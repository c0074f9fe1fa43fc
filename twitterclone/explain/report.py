"""Explains every hot query, judges it, and says what got worse since the last time."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from twitterclone.explain.plans import Extent, Plan, plan_of, statements_of, table_sizes
from twitterclone.explain.queries import HotQuery, hot_queries
from twitterclone.explain.sample import take_sample
from twitterclone.lib.reports import keep_report, last_report
from twitterclone.lib.statistics import refresh_statistics

SLOWER, AT_LEAST_MS = 2.0, 5.0  # twice as slow, and by more than noise


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hot query's statements together, and what is wrong with it: "" when nothing is."""

    name: str
    statements: int
    ms: float
    rows: int
    buffers: int
    months: int
    indexes: tuple[str, ...]
    shape: str
    problem: str


def explained(
    told: Callable[[Verdict], object] = lambda _: None,
    analysed: Callable[[list[str]], object] = lambda _: None,
) -> list[Verdict]:
    """The verdict on every hot query, each told as it comes. Whatever they write is rolled back.

    Tables that changed much since PostgreSQL last counted them are analysed before, and told: a plan made of
    old figures says nothing of the query.
    """
    if stale := refresh_statistics():
        analysed(stale)
    return _explained(told)


@transaction.atomic
def _explained(told: Callable[[Verdict], object]) -> list[Verdict]:
    sizes, verdicts = table_sizes(), []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")
    cache.delete_many(["tweets:trends", "social:popular"])
    for query in hot_queries(take_sample()):
        verdicts.append(_judged(query, sizes))
        told(verdicts[-1])
    transaction.set_rollback(True)
    return verdicts


def _judged(query: HotQuery, sizes: dict[str, Extent]) -> Verdict:
    with transaction.atomic():
        sent = statements_of(query.run)
        plans = [plan_of(sql, params, sizes) for sql, params in sent]
    return Verdict(
        name=query.name,
        statements=len(plans),
        ms=round(sum(plan.ms for plan in plans), 2),
        rows=sum(plan.rows for plan in plans),
        buffers=sum(plan.buffers for plan in plans),
        months=max((plan.months_read for plan in plans), default=0),
        indexes=tuple(sorted({name for plan in plans for name in plan.indexes})),
        shape=" | ".join(plan.shape for plan in plans),
        problem="; ".join(dict.fromkeys(_problems(query, plans, sizes))),
    )


def _problems(query: HotQuery, plans: list[Plan], sizes: dict[str, Extent]) -> Iterator[str]:
    for plan in plans:
        for table in (table for table in plan.scans if sizes[table].rows > query.sifts):
            yield f"reads all of {table}"
        if query.months is not None and plan.months_read > query.months:
            yield f"reads {plan.months_read} months, {query.months} would do"


def write_report(verdicts: list[Verdict]) -> list[str]:
    """Keeps the verdicts under DATA_DIR/explain and returns what got worse since the report before."""
    before = last_report("explain")
    keep_report("explain", [asdict(verdict) for verdict in verdicts])
    return worsened(before, verdicts) if before else []


def last_problems() -> list[str]:
    """What the newest kept report found wrong, a line each; nothing without a report."""
    rows = last_report("explain") or []
    return [f"{row['name']}: {row['problem']}" for row in rows if row["problem"]]


def worsened(before: list[dict[str, Any]], now: list[Verdict]) -> list[str]:
    """What is twice as slow, has a problem it did not have, or goes another way: a line each."""
    known = {row["name"]: row for row in before}
    lines = []
    for verdict in now:
        old = known.get(verdict.name)
        if old is None:
            continue
        if verdict.problem and verdict.problem != old["problem"]:
            lines.append(f"{verdict.name}: {verdict.problem}")
        elif verdict.ms > SLOWER * old["ms"] and verdict.ms - old["ms"] > AT_LEAST_MS:
            way = "" if verdict.shape == old["shape"] else ", by another way"
            lines.append(f"{verdict.name}: {old['ms']} ms before, {verdict.ms} ms now{way}")
    return lines
