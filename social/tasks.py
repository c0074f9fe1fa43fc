"""What beat asks of the social graph: fetch, guard, one call."""

from datetime import timedelta
from time import monotonic
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from social.queries import refresh_suggestions

ACTIVE = timedelta(hours=1)
SECONDS = 60


@shared_task(ignore_result=True)
def find_suggestions(**_: Any) -> int:
    """Every half hour, for a minute at most: whom those may follow who were here within the hour."""
    end, done = monotonic() + SECONDS, 0
    active = User.objects.reachable().filter(last_active_at__gte=timezone.now() - ACTIVE)
    for user_id in active.order_by("-last_active_at").values_list("pk", flat=True).iterator(chunk_size=500):
        if monotonic() > end:
            break
        refresh_suggestions(user_id)
        done += 1
    return done
