"""Who receives a tweet: an author's followers, batch by batch."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from social.models import Follow


def follower_ids_in_batches(
    author_id: int, size: int, active_since: datetime | None = None
) -> Iterator[list[int]]:
    """The author's followers in ascending order of id, at most `size` at a time, each exactly once.

    Only accounts that others may see, and with `active_since` only those seen since then. Paged by key
    along the index (following, follower): nothing is held open between two batches.
    """
    after = 0
    while True:
        batch = list(_followers(author_id, active_since).filter(follower_id__gt=after)[:size])
        if batch:
            yield batch
        if len(batch) < size:
            return
        after = batch[-1]


def _followers(author_id: int, active_since: datetime | None) -> QuerySet[Follow, int]:
    follows = Follow.objects.filter(
        following_id=author_id,
        follower__suspended_at=None,
        follower__deactivated_at=None,
        follower__is_active=True,
    )
    if active_since is not None:
        follows = follows.filter(follower__last_active_at__gte=active_since)
    return follows.order_by("follower_id").values_list("follower_id", flat=True)
