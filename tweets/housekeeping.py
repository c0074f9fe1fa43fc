"""What is kept for a while only, and what ends by itself."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tweets.models import IdempotencyKey, Poll
from twitterclone.lib import outbox

POLLS_AT_ONCE = 200
KEYS_KEPT = timedelta(hours=24)  # a composer left open overnight may still send twice


def forget_idempotency_keys() -> int:
    """Deletes the keys of tweets sent a day ago; returns how many."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT).delete()
    return deleted


def close_polls() -> int:
    """Tells of the polls that have ended, each exactly once, by `poll.ended`; how many there were."""
    closed = 0
    while count := _close_batch():
        closed += count
    return closed


@transaction.atomic
def _close_batch() -> int:
    ended = Poll.objects.select_for_update(skip_locked=True).filter(
        closed_at=None, expires_at__lte=timezone.now()
    )
    polls = list(ended.order_by("expires_at")[:POLLS_AT_ONCE])
    Poll.objects.filter(pk__in=[poll.pk for poll in polls]).update(closed_at=timezone.now())
    for poll in polls:
        outbox.emit("poll.ended", tweet_id=poll.tweet_id)
    return len(polls)
