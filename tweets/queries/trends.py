"""What many people write about right now: simple and true."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from tweets.models import Audience, TweetHashtag
from twitterclone.lib.ids import latest_moment

SPAN = timedelta(hours=24)
KEPT = 60  # seconds
MOST = 20
FEWEST_AUTHORS = 2  # one person cannot make a trend


@dataclass(frozen=True, slots=True)
class Trend:
    """A hashtag as written, its key, and how many tweets of how many people bore it in the last day."""

    name: str
    key: str
    tweets_count: int
    people_count: int


def trends(limit: int = 5) -> list[Trend]:
    """The hashtags of the last 24 hours, those that most people used first; a minute old at most."""
    return (cache.get_or_set("tweets:trends", lambda: trends_at(timezone.now()), KEPT) or [])[:limit]


def trends_at(now: datetime) -> list[Trend]:
    """What trends at a moment, found now; what is later than that must not be there."""
    since = now - SPAN
    rows = (
        TweetHashtag.objects.filter(
            created_at__gte=since,
            tweet__created_at__range=(since, latest_moment()),
            tweet__deleted_at=None,
            tweet__hidden_at=None,
            tweet__audience=Audience.PUBLIC,
            tweet__author__is_private=False,
            tweet__author__is_active=True,
            tweet__author__suspended_at=None,
            tweet__author__deactivated_at=None,
        )
        .values_list("hashtag__display", "hashtag__name")
        .annotate(tweets=Count("tweet_id"), authors=Count("tweet__author", distinct=True))
        .filter(authors__gte=FEWEST_AUTHORS)
        .order_by("-authors", "-tweets", "hashtag__name")
    )
    return [Trend(*row) for row in rows[:MOST]]
