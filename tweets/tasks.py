"""What beat asks of the tweets' app: fetch, guard, one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.counters import roll_up_user_counters
from tweets import counters, housekeeping, partitions
from tweets.ranking import past, vectors
from tweets.trends.rising import refresh_trends
from tweets.trends.similar import refresh_similar
from twitterclone.lib.realtime import tell_watchers


@shared_task(ignore_result=True)
def roll_up_counters(**_: Any) -> None:
    """Each second: the figures of people and of tweets, then a hint to the pages that show these."""
    roll_up_user_counters()
    tell_watchers(counters.roll_up_tweet_counters())


@shared_task(ignore_result=True)
def keep_partitions_ahead(**_: Any) -> None:
    """Makes the months to come."""
    partitions.keep_partitions_ahead()


@shared_task(ignore_result=True)
def close_polls(**_: Any) -> None:
    """Every ten seconds: polls whose time is over."""
    housekeeping.close_polls()


@shared_task(ignore_result=True)
def forget_idempotency_keys(**_: Any) -> None:
    """Each hour: keys of composers that can no longer be open."""
    housekeeping.forget_idempotency_keys()


@shared_task(ignore_result=True)
def refresh_pasts(**_: Any) -> None:
    """Every five minutes, for a minute and a half at most: what active people did lately, and care about."""
    past.refresh_stale(seconds=60)
    vectors.refresh_vectors(seconds=30)


@shared_task(ignore_result=True)
def find_trends(**_: Any) -> None:
    """Every five minutes: what more people write about than usual."""
    refresh_trends(timezone.now())


@shared_task(ignore_result=True)
def find_similar(**_: Any) -> None:
    """Every half hour, for a minute at most: what is like the tweets that many look at."""
    refresh_similar(seconds=60)
