"""Tweets about the same: found by a tweet's rarest terms, weighed as vectors of tf-idf."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from math import log, sqrt
from operator import or_
from time import monotonic

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from tweets.models import Audience, CountedHour, TermHour, TermKind
from tweets.queries.access import tweet_for
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.search_filters import parts_of, readable_tweets
from tweets.queries.search_terms import Term as SearchTerm
from tweets.trends.terms import Term, terms_of
from tweets.trends.uses import ALL
from twitterclone.lib.ids import latest_moment

SPAN = timedelta(days=60)
HEAVIEST = 6  # terms that find candidates
CANDIDATES = 300  # the newest with one of these terms
MOST = 10
LEAST = 0.2
ENOUGH = 2  # shared words; a hashtag is enough by itself
KEPT = 3600  # seconds; Celery finds them anew for what many look at
LOOKED_AT, LATELY = 200, timedelta(days=2)


def similar_cards(viewer_id: int | None, tweet_id: int) -> list[TweetCard]:
    """At most ten public tweets of the last two months about what this one is about, the most alike first.

    Refuses a tweet that is not for the viewer (NotVisible). Found once an hour; whom the viewer blocked or
    muted, and what is gone since, is left out each time.
    """
    tweet = tweet_for(viewer_id, tweet_id)
    found = cache.get_or_set(_key(tweet.pk), lambda: similar_ids(tweet.pk, tweet.content), KEPT)
    return cards_for(viewer_id, found or [], hide_muted=True)


def refresh_similar(seconds: float) -> int:
    """Finds anew what is like the most liked public tweets of two days, until the time is over; how many."""
    end, done = monotonic() + seconds, 0
    lately = readable_tweets(None).filter(
        audience=Audience.PUBLIC, created_at__range=(timezone.now() - LATELY, latest_moment())
    )
    for pk, content in lately.order_by("-likes_count", "-id").values_list("pk", "content")[:LOOKED_AT]:
        if monotonic() > end:
            break
        cache.set(_key(pk), similar_ids(pk, content), KEPT)
        done += 1
    return done


def similar_ids(tweet_id: int, content: str) -> list[int]:
    """Their ids; three queries, whatever there is. A private tweet's words find public tweets alone."""
    weights = _weights(term for term in terms_of(content) if term.kind != TermKind.LINK)
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:HEAVIEST]
    if not heaviest:
        return []
    since = timezone.now() - SPAN
    candidates = readable_tweets(None).filter(
        search=reduce(or_, [_found_by(term) for term in heaviest]),
        audience=Audience.PUBLIC,
        created_at__range=(since, latest_moment()),
        content_warning="",
    )
    newest = candidates.exclude(pk=tweet_id).order_by("-created_at", "-id")
    rows = newest.values_list("pk", "content")[:CANDIDATES]
    norm = sqrt(sum(weight**2 for weight in weights.values()))
    alike = ((_alike(weights, norm, text), pk) for pk, text in rows)
    return [pk for score, pk in sorted(alike, reverse=True) if score >= LEAST][:MOST]


def _key(tweet_id: int) -> str:
    return f"tweets:similar:{tweet_id}"


def _weights(terms: Iterable[Term]) -> dict[Term, float]:
    """How rare each term was in the last week: what everybody says makes no two tweets alike."""
    listed = [term for term in terms if " " not in term.key]
    hours = CountedHour.objects.aggregate(tweets=Sum("tweets"))["tweets"] or 0
    rows = TermHour.objects.filter(language=ALL, key__in={term.key for term in listed})
    used: Counter[Term] = Counter()
    for kind, key, people in rows.values_list("kind", "key").annotate(Sum("people")):
        used[Term(kind, key)] = people
    return {term: log(1 + (1 + hours) / (1 + used[term])) for term in listed}


def _alike(weights: dict[Term, float], norm: float, text: str) -> float:
    """The cosine, but that the other's own terms are held to be as heavy as the shared ones on average.

    One shared word makes nothing alike, whatever its weight: where few write, every word is rare.
    """
    theirs = {term for term in terms_of(text) if term.kind != TermKind.LINK and " " not in term.key}
    shared = theirs & weights.keys()
    if len(shared) < ENOUGH and not any(term.kind == TermKind.HASHTAG for term in shared):
        return 0.0
    squares = sum(weights[term] ** 2 for term in shared)
    return squares / (norm * sqrt(squares * len(theirs) / len(shared)))


def _found_by(term: Term) -> SearchQuery | CombinedSearchQuery:
    return reduce(lambda one, other: one & other, parts_of(SearchTerm("word", term.key)))
