"""The media queue: one upload at a time, and what was left over."""

from typing import Any

from celery import shared_task

from media import housekeeping, processing


@shared_task(ignore_result=True)
def process_media(*, media_id: int, **_: Any) -> None:
    """Decodes one upload."""
    processing.process(media_id)


@shared_task(ignore_result=True)
def process_waiting_media(**_: Any) -> None:
    """Every ten seconds: uploads whose wake-up was lost, or whose worker died."""
    for media_id in processing.waiting():
        processing.process(media_id)


@shared_task(ignore_result=True)
def sweep_media(**_: Any) -> None:
    """Each hour: files that nothing took."""
    housekeeping.sweep()


def queue_media(media_id: int) -> None:
    """Wakes a worker for the upload; `process_waiting_media` finds it if that is lost."""
    process_media.delay(media_id=media_id)
