"""What rises: terms that more people use in the last hours than these hours usually see."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

from django.core.cache import cache
from django.db import connection, transaction

from tweets.models import TermKind, Trend
from tweets.timelines import freshness
from tweets.trends.crowd import independent_people, known_people
from tweets.trends.hours import count_hours, usual_in
from tweets.trends.terms import Term
from tweets.trends.uses import ALL, Use, Uses, uses_between

WINDOW = timedelta(hours=3)
WIDE_WINDOW = timedelta(hours=24)
QUIET = 100  # known people in the hours of the window, summed; with fewer the wide one says more
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
    is_mixed: bool = True  # False for a link that only the list of links has

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


@dataclass(frozen=True, slots=True)
class Lately:
    """What was said in the last hours, how many known people wrote in each, summed, and who is known."""

    uses: Uses
    everybody: int
    known: set[int]
    window: timedelta


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
    lately = said_lately(now)
    return {language: rising(language, lately, now) for language in lately.uses}


def figures_of(term: Term, now: datetime, language: str = ALL) -> Rise | None:
    """A term's figures at a moment, whether it rises or not; None when nobody used it lately."""
    lately = said_lately(now)
    use = lately.uses.get(language, {}).get(term)
    if use is None:
        return None
    usual = usual_in(language, [term], now - lately.window)
    people = independent_people({term: use}, lately.known, now)[term]
    return Rise(term, use, people, usual.expected(term, lately.window, lately.everybody))


def rising(language: str, lately: Lately, now: datetime) -> list[Rise]:
    """The terms of a language that rise lately, the strongest first; one of each matter.

    After them links for which a clearer term stands there: those have a list of their own.
    """
    known = {term: len(use.original & lately.known) for term, use in lately.uses[language].items()}
    used = [term for term, people in known.items() if people >= FEWEST_PEOPLE]
    looked_at = sorted(used, key=lambda term: (-known[term], term))[:LOOKED_AT]
    usual = usual_in(language, looked_at, now - lately.window)
    enough = usual.hours >= HISTORY_FOR_WORDS and usual.everybody >= lately.everybody
    hopes = [
        Rise(
            term,
            lately.uses[language][term],
            known[term],
            usual.expected(term, lately.window, lately.everybody),
        )
        for term in looked_at
        if term.kind != TermKind.WORD or enough
    ]
    promising = {hope.term: hope for hope in hopes if hope.is_rise}
    people = independent_people({term: hope.use for term, hope in promising.items()}, lately.known, now)
    rises = [replace(hope, people=people[term]) for term, hope in promising.items()]
    rises = [rise for rise in rises if rise.is_rise]
    mixed = _one_of_each_matter(rises, lately.known)
    links = _one_of_each_matter([rise for rise in rises if rise.term.kind == TermKind.LINK], lately.known)
    shown = {rise.term for rise in mixed}
    return mixed + [replace(link, is_mixed=False) for link in links if link.term not in shown]


def said_lately(now: datetime) -> Lately:
    """What is said in the last hours: in more of them where few people write."""
    lately = _said_in(WINDOW, now)
    return lately if lately.everybody >= QUIET else _said_in(WIDE_WINDOW, now)


def forget_kept() -> None:
    """Lets readers see at once what was found, or vetoed."""
    cache.delete("tweets:trends")
    freshness.forget(rising=True)


def _said_in(window: timedelta, now: datetime) -> Lately:
    uses, whole, turns = uses_between(now - window, now)
    known = known_people(whole.people, now)
    own = whole.original & known
    return Lately(uses, sum(person in own for person, _hour in turns), known, window)


def _one_of_each_matter(rises: list[Rise], known: set[int]) -> list[Rise]:
    """Of terms that the same people use the clearest: a hashtag before words, longer words first."""
    people = {rise.term: rise.use.original & known for rise in rises}
    kept: list[Rise] = []
    for rise in sorted(rises, key=lambda rise: (-rise.score, rise.term)):
        theirs = people[rise.term]
        same = next((other for other in kept if _are_same(theirs, people[other.term])), None)
        if same is None:
            kept.append(rise)
        elif rise.clearness > same.clearness and len(theirs) >= SHARED * len(people[same.term]):
            kept[kept.index(same)] = rise
    return kept[:KEPT]


def _are_same(some: set[int], others: set[int]) -> bool:
    return len(some & others) >= SHARED * min(len(some), len(others))


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
        is_mixed=rise.is_mixed,
        found_at=now,
    )
