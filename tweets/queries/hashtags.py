"""Hashtags by name, and how much each was used on the last days.

Nobody is told of a hashtag that only tweets bear which they may not see: how it is written is told where
one of its newest uses may be read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Count
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.utils import timezone

from tweets.models import Audience, TweetHashtag
from tweets.queries.search_filters import readable_tweets
from tweets.queries.search_terms import can_be_found
from twitterclone.lib.replicas import reader
from twitterclone.lib.text import hashtag_key

DAYS = 7
KEPT = 60  # seconds
LOOKED_AT = 100  # hashtags more than are asked for: so many may be nobody's to see
USES = 100  # the newest of a hashtag, of which one must be readable

_BEGINNING = "name >= %s AND name <= %s AND starts_with(name, %s) ORDER BY name LIMIT %s"
_NAMED = "name = ANY(%s)"
# The limits keep the work small whatever is hidden, and the planner from reading tables whole for each use.
_SHOWN = """
    SELECT tag.name, tag.display FROM (SELECT id, name, display FROM hashtags WHERE {which}) AS tag
    WHERE EXISTS (
        SELECT FROM (
            SELECT tweet_id, tweet_created_at FROM tweet_hashtags WHERE hashtag_id = tag.id
            ORDER BY tweet_id DESC LIMIT %s) AS used
        CROSS JOIN LATERAL ({readable}) AS readable)
    ORDER BY tag.name LIMIT %s
"""
_BEARING = "tweets.id = used.tweet_id AND tweets.created_at = used.tweet_created_at"


@dataclass(frozen=True, slots=True)
class TagCard:
    """A hashtag as looked up and as written; of each day its unix time, tweets and people, today first."""

    key: str
    name: str
    days: tuple[tuple[int, int, int], ...]


def hashtags_found(viewer_id: int | None, text: str, limit: int = 10) -> list[str]:
    """Hashtags that begin so and that the viewer can read tweets with, as written, by the alphabet."""
    key = hashtag_key(text.strip().lstrip("#＃"))
    if not can_be_found(key) or " " in key:
        return []
    # a range of keys beside the beginning: the unique index serves it
    values = (key, f"{key}\U0010fffd", key, limit + LOOKED_AT)
    return [display for _name, display in _shown(viewer_id, _BEGINNING, values, limit)]


def tag_cards(viewer_id: int | None, names: Iterable[str]) -> list[TagCard]:
    """The hashtags of these names in their order; figures are a minute old at most.

    Those that nobody used, or only where the viewer may not look, are called as they were asked for.
    """
    written = {hashtag_key(name): name for name in names}
    known = dict(_shown(viewer_id, _NAMED, [list(written)], len(written)))
    days = _days(sorted(known))
    none = [(day, 0, 0) for day in _midnights()]
    return [TagCard(key, known.get(key, name), tuple(days.get(key, none))) for key, name in written.items()]


def _shown(viewer_id: int | None, which: str, values: Sequence[Any], limit: int) -> list[tuple[str, str]]:
    """Key and written form of those hashtags that a tweet bears which the viewer may read."""
    bearing = RawSQL(_BEARING, (), output_field=BooleanField())  # noqa: S611 -- a constant
    one = readable_tweets(viewer_id).filter(bearing).values("pk")[:1]
    readable, theirs = one.query.sql_with_params()
    with reader().cursor() as cursor:
        cursor.execute(_SHOWN.format(which=which, readable=readable), [*values, USES, *theirs, limit])
        return cursor.fetchall()


def _days(keys: list[str]) -> dict[str, list[tuple[int, int, int]]]:
    kept = cache.get_many([_cache_key(key) for key in keys])
    missing = [key for key in keys if _cache_key(key) not in kept]
    fresh = _counted(missing) if missing else {}
    if fresh:
        cache.set_many({_cache_key(key): days for key, days in fresh.items()}, KEPT)
    return {key: fresh[key] if key in fresh else kept[_cache_key(key)] for key in keys}


def _counted(keys: list[str]) -> dict[str, list[tuple[int, int, int]]]:
    midnights = _midnights()
    since = datetime.fromtimestamp(midnights[-1], UTC)
    rows = (
        TweetHashtag.objects.filter(
            hashtag__name__in=keys,
            tweet_created_at__gte=since,
            tweet__created_at__gte=since,
            tweet__deleted_at=None,
            tweet__hidden_at=None,
            tweet__audience=Audience.PUBLIC,
            tweet__author__is_private=False,
            tweet__author__is_active=True,
            tweet__author__suspended_at=None,
            tweet__author__deactivated_at=None,
        )
        .annotate(day=TruncDate("tweet_created_at", tzinfo=UTC))
        .values_list("hashtag__name", "day")
        .annotate(uses=Count("tweet_id"), people=Count("tweet__author", distinct=True))
        .order_by()
    )
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for key, day, uses, people in rows:
        found[key][int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())] = (uses, people)
    return {key: [(day, *found[key].get(day, (0, 0))) for day in midnights] for key in keys}


def _midnights() -> list[int]:
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [int((today - timedelta(days=back)).timestamp()) for back in range(DAYS)]


def _cache_key(key: str) -> str:
    return f"tweets:tag-days:{key.encode().hex()}"
