"""What beat asks of the notifications' app: fetch, guard, one call."""

from typing import Any

from celery import shared_task

from notifications import housekeeping


@shared_task(ignore_result=True)
def alert_searches(**_: Any) -> None:
    """Every two minutes, for forty seconds at most: what is new in the searches people keep."""
    housekeeping.alert_searches(seconds=40)
