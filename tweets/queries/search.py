"""Tweets by what they say. Nobody finds what they may not see, and nobody meets whom they muted.

The newest month is looked through first, then the two before it, then the year before those, then the
rest: what is found often opens one month, and only what is rare opens all. What no index leads to (has:media
alone, lang:en, an emoji) is looked for among the newest few thousand tweets only. The rule of who may see
what is in the statement, so that pages are full, and is asked again of each card.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import log2

from django.db.models import Count, Min, Q, QuerySet

from tweets.models import Tweet
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.filling import filled_slice
from tweets.queries.search_filters import HAS, matching
from tweets.queries.search_terms import Search
from twitterclone.lib.ids import MILLISECOND, id_time, latest_moment, ms_of
from twitterclone.lib.pagination import Cursor, Slice

MONTHS_BEFORE = (0, 2, 14)  # how far each span reaches beyond the month it begins in; then all the rest
SIFTED = 20_000  # tweets looked through, one by one, for a search that no index serves
BEST_OF = 300  # so many of the newest finds compete for the top
DOUBLING = 12 * 60 * 60 * 1000  # ms a tweet gains each time what it was answered with doubles
COUNTS = ("likes_count", "retweets_count", "quotes_count", "replies_count")


def latest_found(viewer_id: int | None, search: Search, cursor: Cursor) -> Slice[TweetCard]:
    """The tweets found, newest first."""
    return _newest_page(viewer_id, matching(viewer_id, search), search, cursor)


def media_found(viewer_id: int | None, search: Search, cursor: Cursor) -> Slice[TweetCard]:
    """Those with pictures or videos, newest first."""
    return _newest_page(viewer_id, matching(viewer_id, search).filter(HAS["media"]), search, cursor)


def top_found(viewer_id: int | None, search: Search, cursor: Cursor) -> Slice[TweetCard]:
    """Of the newest finds those first that were liked, passed on and answered most for their age."""
    rows = _newest(matching(viewer_id, search), search, Cursor(limit=BEST_OF))
    ranked = _below(sorted(((weight(*row), row[0]) for row in rows), reverse=True), cursor.before)
    order = [pk for _, pk in ranked]

    def ids(part: Cursor) -> list[int]:
        start = order.index(part.before) + 1 if part.before in order else 0
        return order[start : start + part.limit]

    return _page(viewer_id, cursor, ids)


def is_more_than_top(viewer_id: int | None, search: Search) -> bool:
    """Whether more was found than competes for the top."""
    return len(_newest(matching(viewer_id, search), search, Cursor(limit=BEST_OF + 1))) > BEST_OF


def sifted_back_to(search: Search) -> datetime | None:
    """The moment at which a search that no index serves stops looking; None when it looks at everything.

    Counts the newest tweets before the day it names, month by month, in the index of the time alone.
    """
    if search.is_anchored or search.is_empty:
        return None
    left = SIFTED
    for span in _spans(search, Cursor(), None):
        newest = Tweet.objects.filter(span).order_by("-created_at").values("created_at")[:left]
        row = newest.aggregate(number=Count("created_at"), oldest=Min("created_at"))
        left -= row["number"]
        if left <= 0:
            return row["oldest"]
    return None


def weight(identifier: int, likes: int, retweets: int, quotes: int, replies: int) -> float:
    """A place among finds: when it was written, and half a day more each time the answers double."""
    return ms_of(identifier) + DOUBLING * log2(1 + likes + 2 * retweets + 2 * quotes + replies)


def _below(ranked: list[tuple[float, int]], before: int | None) -> list[tuple[float, int]]:
    """What comes after the tweet with that id, also when that is found no longer."""
    if before is None:
        return ranked
    for index, (_, pk) in enumerate(ranked):
        if pk == before:
            return ranked[index + 1 :]
    row = Tweet.objects.filter(pk=before).values_list("pk", *COUNTS).first()
    return [one for one in ranked if row and one < (weight(*row), before)]


def _newest_page(
    viewer_id: int | None, tweets: QuerySet[Tweet], search: Search, cursor: Cursor
) -> Slice[TweetCard]:
    return _page(viewer_id, cursor, lambda part: [row[0] for row in _newest(tweets, search, part)])


def _page(viewer_id: int | None, cursor: Cursor, ids: Callable[[Cursor], list[int]]) -> Slice[TweetCard]:
    return filled_slice(cursor, ids, lambda found: cards_for(viewer_id, found, hide_muted=True))


def _newest(tweets: QuerySet[Tweet], search: Search, cursor: Cursor) -> list[tuple[int, ...]]:
    """Id and counts of the newest of them between the cursor's bounds, span by span."""
    if tweets.query.is_empty():
        return []
    if cursor.before is not None:
        tweets = tweets.filter(pk__lt=cursor.before)
    if cursor.after is not None:
        tweets = tweets.filter(pk__gt=cursor.after)
    rows = tweets.order_by("-created_at", "-id").values_list("pk", *COUNTS)
    found: list[tuple[int, ...]] = []
    for span in _spans(search, cursor, sifted_back_to(search)):
        found += rows.filter(span)[: cursor.limit - len(found)]
        if len(found) >= cursor.limit:
            break
    return found


def _spans(search: Search, cursor: Cursor, floor: datetime | None) -> Iterator[Q]:
    """Spans of created_at that follow each other into the past, within what the search asks for."""
    ends = [latest_moment(), *map(_midnight, search.values("until"))]
    starts = [*map(_midnight, search.values("since")), *([floor] if floor else [])]
    if cursor.before is not None:
        ends.append(id_time(cursor.before) + MILLISECOND)
    if cursor.after is not None:
        starts.append(id_time(cursor.after))
    end, start = min(ends), max(starts, default=None)
    first = end - MILLISECOND if end.year > 1 else end
    for months in MONTHS_BEFORE:
        bound = _month(first, months)
        if bound is None or (start is not None and bound <= start):
            break
        yield Q(created_at__gte=bound, created_at__lt=end)
        end = bound
    if start is None:
        yield Q(created_at__lt=end)
    elif start < end:
        yield Q(created_at__gte=start, created_at__lt=end)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _month(moment: datetime, back: int) -> datetime | None:
    """The beginning of that month, or of one before it; None before all time."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - back, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC) if year >= 1 else None
