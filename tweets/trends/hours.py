"""Counting tweets by the hour: how many people used a term. What was counted is never counted again."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tweets.models import CountedHour, TermHour, TermKind
from tweets.trends.crowd import known_people
from tweets.trends.terms import Term
from tweets.trends.uses import uses_between

HOUR = timedelta(hours=1)
BASELINE = timedelta(days=7)
AT_ONCE = 2000  # rows written
BUSY = 300  # tweets an hour, above which terms of one person are not kept: they would be most of the rows


def count_hours(now: datetime, most: int = 24 * 7) -> int:
    """Counts the hours of the last week that were not counted, oldest last; how many it did.

    Each hour is a transaction: stopped half way, the next run goes on where this one was. Hours counted
    before it was known who wrote in them are counted anew.
    """
    CountedHour.objects.filter(people=None).delete()
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - n * HOUR for n in range(1, BASELINE // HOUR + 1)]
    done = set(CountedHour.objects.filter(hour__in=hours).values_list("hour", flat=True))
    missing = [hour for hour in hours if hour not in done][:most]
    for hour in missing:
        _count_hour(hour)
    for past in (TermHour, CountedHour):
        past.objects.filter(hour__lt=hours[-1]).delete()
    return len(missing)


@transaction.atomic
def _count_hour(hour: datetime) -> None:
    uses, whole, _turns = uses_between(hour, hour + HOUR)
    known = known_people(whole.people, hour + HOUR)
    figures = {"tweets": whole.tweets, "people": len(whole.original & known)}
    _counted, is_new = CountedHour.objects.get_or_create(hour=hour, defaults=figures)
    if not is_new:
        return  # somebody else was faster
    counted = (
        TermHour(hour=hour, language=language, kind=kind, key=key, people=len(use.original & known))
        for language, terms in uses.items()
        for (kind, key), use in terms.items()
    )
    fewest = 1 if whole.tweets < BUSY else 2
    rows = (row for row in counted if row.people >= fewest)
    TermHour.objects.filter(hour=hour).delete()
    TermHour.objects.bulk_create(rows, batch_size=AT_ONCE)


@dataclass(frozen=True, slots=True)
class Usual:
    """The week before: its counted hours, and those who wrote in each, summed: all, and of each term."""

    hours: int
    everybody: int
    people: Counter[Term]

    def expected(self, term: Term, span: timedelta, everybody: int) -> float:
        """The people to expect in a span in whose hours so many write: by the clock or by them, what is more.

        One more than were counted for a word: that it was not said in a week of few people tells little.
        """
        if not self.hours:
            return 0.0
        by_clock = span / (self.hours * HOUR)
        by_people = everybody / self.everybody if self.everybody else 0.0
        people = self.people[term] + (1 if term.kind == TermKind.WORD else 0)
        return people * max(by_clock, by_people)


def usual_in(language: str, terms: list[Term], until: datetime) -> Usual:
    """How often these terms are used, as the counted hours of the week before `until` say; two queries."""
    span = (until - BASELINE, until - HOUR)
    counted = CountedHour.objects.filter(hour__range=span, people__isnull=False)
    hours = {hour: people or 0 for hour, people in counted.values_list("hour", "people")}
    people: Counter[Term] = Counter()
    keys = {term.key for term in terms}
    rows = TermHour.objects.filter(language=language, key__in=keys, hour__in=hours)
    for kind, key, count in rows.values_list("kind", "key", "people"):
        people[Term(kind, key)] += count
    return Usual(len(hours), sum(hours.values()), people)
