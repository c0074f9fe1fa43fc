"""Counting tweets by the hour: how many people used a term. What was counted is never counted again."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from tweets.models import Audience, CountedHour, TermHour, Tweet
from tweets.trends.terms import Term, fingerprint, terms_of
from twitterclone.lib.ids import latest_moment

HOUR = timedelta(hours=1)
BASELINE = timedelta(days=7)
AT_ONCE = 2000  # rows read, and written
ALL = ""  # all languages together
BUSY = 300  # tweets an hour, above which terms of one person are not kept: they would be most of the rows


@dataclass(slots=True)
class Use:
    """Who used a term, what they said with it, and in how many tweets."""

    name: str
    people: set[int] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)  # people who said what somebody had said already
    tweets: int = 0


Uses = dict[str, dict[Term, Use]]  # by language, and of all


def uses_between(since: datetime, until: datetime) -> tuple[Uses, int]:
    """The terms of public tweets written from `since` to before `until`, and the number of these tweets."""
    uses: Uses = defaultdict(dict)
    tweets = 0
    for author_id, language, content in _public_tweets(since, until):
        tweets += 1
        said = hash(print_) if (print_ := fingerprint(content)) else None
        for term, name in terms_of(content).items():
            for where in {ALL, language}:
                use = uses[where].get(term)
                if use is None:
                    use = uses[where][term] = Use(name)
                _add(use, author_id, said)
    return uses, tweets


def _add(use: Use, author_id: int, said: int | None) -> None:
    use.tweets += 1
    if author_id in use.people:
        return
    use.people.add(author_id)
    if said is not None and said in use.texts:
        use.repeated.add(author_id)
    elif said is not None:
        use.texts.add(said)


def count_hours(now: datetime, most: int = 24 * 7) -> int:
    """Counts the hours of the last week that were not counted, oldest last; how many it did.

    Each hour is a transaction: stopped half way, the next run goes on where this one was.
    """
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
    uses, tweets = uses_between(hour, hour + HOUR)
    _counted, is_new = CountedHour.objects.get_or_create(hour=hour, defaults={"tweets": tweets})
    if not is_new:
        return  # somebody else was faster
    rows = (
        TermHour(hour=hour, language=language, kind=kind, key=key, people=len(use.people))
        for language, terms in uses.items()
        for (kind, key), use in terms.items()
        if len(use.people) > 1 or tweets < BUSY
    )
    TermHour.objects.filter(hour=hour).delete()
    TermHour.objects.bulk_create(rows, batch_size=AT_ONCE)


@dataclass(frozen=True, slots=True)
class Usual:
    """The week before: its counted hours, their tweets, and of each term the people of all hours, summed."""

    hours: int
    tweets: int
    people: Counter[Term]

    def expected(self, term: Term, span: timedelta, tweets: int) -> float:
        """The people to expect in a span with so many tweets: by the clock or by tweets, what is more."""
        if not self.hours:
            return 0.0
        by_clock = span / (self.hours * HOUR)
        by_tweets = tweets / self.tweets if self.tweets else 0.0
        return self.people[term] * max(by_clock, by_tweets)


def usual_in(language: str, terms: list[Term], until: datetime) -> Usual:
    """How often these terms are used, as the counted hours of the week before `until` say; two queries."""
    span = (until - BASELINE, until - HOUR)
    hours = dict(CountedHour.objects.filter(hour__range=span).values_list("hour", "tweets"))
    people: Counter[Term] = Counter()
    keys = {term.key for term in terms}
    rows = TermHour.objects.filter(language=language, key__in=keys, hour__in=hours)
    for kind, key, count in rows.values_list("kind", "key", "people"):
        people[Term(kind, key)] += count
    return Usual(len(hours), sum(hours.values()), people)


def _public_tweets(since: datetime, until: datetime) -> Iterator[tuple[int, str, str]]:
    tweets = Tweet.objects.visible().filter(
        created_at__gte=since,
        created_at__lt=min(until, latest_moment()),
        retweet_of=None,
        audience=Audience.PUBLIC,
        author__is_private=False,
        author__is_active=True,
        author__suspended_at=None,
        author__deactivated_at=None,
    )
    return tweets.values_list("author_id", "language", "content").iterator(chunk_size=AT_ONCE)
