"""What many people liked, passed on and answered in the last days: simple and true."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import F, Q
from django.utils import timezone

from tweets.models import Audience, Tweet
from tweets.queries.cards import TweetCard, cards_for
from twitterclone.lib.ids import CLOCKS_DIFFER

SPAN = timedelta(days=3)
KEPT = 60  # seconds
MOST = 100
OUT_OF = 5_000  # of the newest tweets with an answer at all


def popular_cards(viewer_id: int | None, limit: int, offset: int = 0) -> list[TweetCard]:
    """Public tweets of the last days, those first that were liked and passed on most; a minute old at most.

    Without sensitive ones, and without what the viewer may not see or has muted.
    """
    return cards_for(viewer_id, popular_ids(MOST)[offset : offset + limit], hide_muted=True)


def popular_ids(limit: int) -> list[int]:
    """Their ids, whoever may see them; a minute old at most."""
    ids: list[int] = cache.get_or_set("tweets:popular", lambda: popular_at(timezone.now()), KEPT) or []
    return ids[:limit]


def popular_at(now: datetime) -> list[int]:
    """What is popular at a moment, found now; what is later than that must not be there."""
    tweets = Tweet.objects.visible().filter(
        Q(likes_count__gt=0) | Q(retweets_count__gt=0),
        created_at__range=(now - SPAN, now + CLOCKS_DIFFER),
        audience=Audience.PUBLIC,
        retweet_of=None,
        content_warning="",
        author__is_private=False,
    )
    newest = tweets.newest_first().values("pk")[:OUT_OF]
    weight = F("likes_count") + 2 * F("retweets_count") + 2 * F("quotes_count")
    ranked = Tweet.objects.filter(pk__in=newest, created_at__range=(now - SPAN, now + CLOCKS_DIFFER))
    return list(ranked.order_by(-weight, "-id").values_list("pk", flat=True)[:MOST])
