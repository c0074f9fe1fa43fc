"""Events that give the media workers something to do."""

from typing import Any

from media.tasks import queue_media
from twitterclone.lib import outbox


@outbox.consumer("media.uploaded", name="media")
def on_media_uploaded(*, media_id: int, **_: Any) -> None:
    queue_media(media_id)
