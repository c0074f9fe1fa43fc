"""What is kept for a while only."""

from datetime import timedelta

from django.utils import timezone

from tweets.models import IdempotencyKey

KEYS_KEPT = timedelta(hours=24)  # a composer left open overnight may still send twice


def forget_idempotency_keys() -> int:
    """Deletes the keys of tweets sent a day ago; returns how many."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT).delete()
    return deleted
