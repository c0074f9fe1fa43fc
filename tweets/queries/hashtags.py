"""Hashtags by name, and how much each was used on the last days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from tweets.models import Audience, Hashtag, TweetHashtag
from twitterclone.lib.text import hashtag_key

DAYS = 7
KEPT = 60  # seconds


@dataclass(frozen=True, slots=True)
class TagCard:
    """A hashtag as looked up and as written; of each day its unix time, tweets and people, today first."""

    key: str
    name: str
    days: tuple[tuple[int, int, int], ...]


def tag_cards(names: Iterable[str]) -> list[TagCard]:
    """The hashtags of these names in their order, unknown ones too; figures are a minute old at most."""
    written = {hashtag_key(name): name for name in names}
    known = dict(Hashtag.objects.filter(name__in=written).values_list("name", "display"))
    days = _days(sorted(known))
    none = [(day, 0, 0) for day in _midnights()]
    return [TagCard(key, known.get(key, name), tuple(days.get(key, none))) for key, name in written.items()]


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
            tweet__author__suspended_at=None,
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
