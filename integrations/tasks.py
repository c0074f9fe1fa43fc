"""What beat asks of integrations."""

from typing import Any

from celery import shared_task

from integrations import housekeeping


@shared_task(ignore_result=True)
def forget_spent_codes(**_: Any) -> None:
    """Each hour: codes nobody came back with, and tokens that were swapped long ago."""
    housekeeping.forget_spent_codes()
