"""What rises: terms that more people use in the last hours than these hours usually see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

from django.core.cache import cache
from django.db import connection, transaction

from tweets.models import TermKind, Trend
from tweets.timelines import freshness
from tweets.trends.crowd import independent_people
from tweets.trends.hours import ALL, Use, Uses, count_hours, uses_between, usual_in
from tweets.trends.terms import Term

WINDOW = timedelta(hours=3)
WIDE_WINDOW = timedelta(hours=24)
QUIET = 300  # tweets in the window, below which the wide one says more
FEWEST_PEOPLE = 3
FEWEST_FOR_WORDS = 5  # of words there are so many that some are used thrice by chance
LEAST_RISE = 2.0  # times what is usual
LEAST_SCORE = 2.5
HISTORY_FOR_WORDS = 24  # counted hours, without which every common word would seem to rise
LOOKED_AT = 300  # terms of a language, those of most people
KEPT = 50  # of a language
SHARED = 0.7  # of the people of the smaller term: then two terms are one matter
LOCK = 7_203_111  # any number that no other advisory lock of the project uses
CLEARER = {TermKind.HASHTAG: 2, TermKind.LINK: 1, TermKind.WORD: 0}


@dataclass(frozen=True, slots=True)
class Rise:
    """A term with the figures that made it a trend."""

    term: Term
    use: Use
    people: int
    expected: float

    @property
    def score(self) -> float:
        """By how many standard deviations more people use it than usually, as if by chance."""
        return (self.people - self.expected) / sqrt(self.expected + 1)

    @property
    def fewest(self) -> int:
        """So many people must use it, however unusual that is."""
        return FEWEST_FOR_WORDS if self.term.kind == TermKind.WORD else FEWEST_PEOPLE

    @property
    def is_rise(self) -> bool:
        """Enough people, twice as many as usual, and more than chance brings."""
        return self.people >= max(self.fewest, LEAST_RISE * self.expected) and self.score >= LEAST_SCORE

    @property
    def clearness(self) -> tuple[int, int]:
        return CLEARER[TermKind(self.term.kind)], len(self.term.key)


def refresh_trends(now: datetime) -> int:
    """Counts what was not counted, and writes down what rises now; how many trends there are."""
    rows = [_row(language, rise, now) for language, rises in rising_at(now).items() for rise in rises]
    with transaction.atomic():
        with connection.cursor() as cursor:  # the second of two finds what the first wrote
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        Trend.objects.all().delete()
        Trend.objects.bulk_create(rows)
        transaction.on_commit(forget_kept)
    return len(rows)


def rising_at(now: datetime) -> dict[str, list[Rise]]:
    """What rises at a moment in each language and in all (""), after counting the hours before it."""
    count_hours(now)
    uses, tweets, window = _lately(now)
    return {language: rising(language, terms, tweets, now, window) for language, terms in uses.items()}


def figures_of(term: Term, now: datetime, language: str = ALL) -> Rise | None:
    """A term's figures at a moment, whether it rises or not; None when nobody used it lately."""
    uses, tweets, window = _lately(now)
    use = uses.get(language, {}).get(term)
    if use is None:
        return None
    usual = usual_in(language, [term], now - window)
    people = independent_people({term: use}, now)[term]
    return Rise(term, use, people, usual.expected(term, window, tweets))


def rising(
    language: str, uses: dict[Term, Use], tweets: int, now: datetime, window: timedelta = WINDOW
) -> list[Rise]:
    """The terms of a language that rise among so many tweets, the strongest first; one of each matter."""
    by_people = sorted(uses.items(), key=lambda item: (-len(item[1].people), item[0]))
    looked_at = [(term, use) for term, use in by_people if len(use.people) >= FEWEST_PEOPLE][:LOOKED_AT]
    usual = usual_in(language, [term for term, _use in looked_at], now - window)
    hopes = [
        Rise(term, use, len(use.people), usual.expected(term, window, tweets))
        for term, use in looked_at
        if term.kind != TermKind.WORD or (usual.hours >= HISTORY_FOR_WORDS and usual.tweets >= tweets)
    ]
    promising = {hope.term: hope for hope in hopes if hope.is_rise}
    people = independent_people({term: hope.use for term, hope in promising.items()}, now)
    rises = [replace(hope, people=people[term]) for term, hope in promising.items()]
    return _one_of_each_matter(rise for rise in rises if rise.is_rise)


def forget_kept() -> None:
    """Lets readers see at once what was found, or vetoed."""
    cache.delete("tweets:trends")
    freshness.forget(rising=True)


def _lately(now: datetime) -> tuple[Uses, int, timedelta]:
    """The uses of the last hours, in how many tweets, and how many hours these are."""
    uses, tweets = uses_between(now - WINDOW, now)
    if tweets >= QUIET:
        return uses, tweets, WINDOW
    return *uses_between(now - WIDE_WINDOW, now), WIDE_WINDOW


def _one_of_each_matter(rises: Iterable[Rise]) -> list[Rise]:
    """Of terms that the same people use the clearest: a hashtag before words, longer words first."""
    kept: list[Rise] = []
    for rise in sorted(rises, key=lambda rise: (-rise.score, rise.term)):
        same = next((other for other in kept if _share_people(rise.use, other.use)), None)
        if same is None:
            kept.append(rise)
        elif rise.clearness > same.clearness and len(rise.use.people) >= SHARED * len(same.use.people):
            kept[kept.index(same)] = rise
    return kept[:KEPT]


def _share_people(one: Use, other: Use) -> bool:
    fewer = min(len(one.people), len(other.people))
    return len(one.people & other.people) >= SHARED * fewer


def _row(language: str, rise: Rise, now: datetime) -> Trend:
    return Trend(
        language=language,
        kind=rise.term.kind,
        key=rise.term.key,
        name=rise.use.name[:400],
        people=rise.people,
        tweets=rise.use.tweets,
        expected=rise.expected,
        score=rise.score,
        found_at=now,
    )
