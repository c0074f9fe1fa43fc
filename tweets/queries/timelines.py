"""What the SQL view says of home timelines: the entries of a viewer, the recipients of a tweet."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from social.models import Follow
from tweets.models import TimelineEntry
from twitterclone.lib.ids import id_time, latest_moment
from twitterclone.lib.pagination import Cursor

# The view has no limit of its own: reading it window after window, newest first, opens only the months
# that are needed and lets the planner see how little is asked for.
WINDOWS = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=180), None)


def timeline_ids(viewer_id: int, cursor: Cursor, author_ids: Iterable[int] | None = None) -> list[int]:
    """The newest entries of the viewer's home timeline between the cursor's bounds, newest first.

    Fewer than the cursor's limit only when there are no more. With `author_ids` only entries of these.
    """
    entries = TimelineEntry.objects.filter(viewer_id=viewer_id)
    if author_ids is not None:
        entries = entries.filter(author_id__in=list(author_ids))
    if cursor.before is not None:
        entries = entries.filter(id__lt=cursor.before)
    if cursor.after is not None:
        entries = entries.filter(id__gt=cursor.after)
    if cursor.nearest and cursor.after is not None:
        return _read(entries.order_by("created_at", "id"), _windows_up(cursor.after), cursor.limit)[::-1]
    return _read(entries.order_by("-created_at", "-id"), _windows(cursor), cursor.limit)


def _read(entries: QuerySet[TimelineEntry], windows: Iterable[dict[str, datetime]], limit: int) -> list[int]:
    ids: list[int] = []
    for bounds in windows:
        ids += entries.filter(**bounds).values_list("id", flat=True)[: limit - len(ids)]
        if len(ids) == limit:
            break
    return ids


def _windows(cursor: Cursor) -> Iterator[dict[str, datetime]]:
    """Spans of created_at that follow each other into the past and end at the cursor's lower bound."""
    oldest = id_time(cursor.after) if cursor.after is not None else None
    start = id_time(cursor.before) if cursor.before is not None else latest_moment()
    bounds = {"created_at__lte": start}
    for width in WINDOWS:
        since = start - width if width is not None else None
        if since is None or (oldest is not None and since <= oldest):
            yield bounds if oldest is None else {**bounds, "created_at__gte": oldest}
            return
        yield {**bounds, "created_at__gte": since}
        bounds = {"created_at__lt": since}


def _windows_up(after: int) -> Iterator[dict[str, datetime]]:
    """Spans of created_at that follow each other from an entry on, up to now."""
    end, bounds = latest_moment(), {"created_at__gte": id_time(after)}
    for width in WINDOWS:
        until = bounds["created_at__gte"] + width if width is not None else end
        if until >= end:
            yield {**bounds, "created_at__lte": end}
            return
        yield {**bounds, "created_at__lt": until}
        bounds = {"created_at__gte": until}


def recipient_batches(
    tweet_id: int, author_id: int, size: int, active_since: datetime
) -> Iterator[list[int]]:
    """Whose home timeline the tweet belongs into, the author apart, among people seen since then.

    In ascending order of id; each batch is read when it is asked for. What the view says is asked for a
    span of followers at a time: of all at once, the planner would sort all again for each batch.
    """
    recipients = (
        TimelineEntry.objects.filter(id=tweet_id, created_at=id_time(tweet_id), author_id=author_id)
        .filter(viewer__last_active_at__gte=active_since)
        .order_by("viewer_id")
        .values_list("viewer_id", flat=True)
    )
    for followers in follower_batches(author_id, size):
        batch = list(recipients.filter(viewer_id__gte=followers[0], viewer_id__lte=followers[-1]))
        if author_id in batch:
            batch.remove(author_id)
        if batch:
            yield batch


def follower_batches(author_id: int, size: int) -> Iterator[list[int]]:
    """All followers in ascending order of id, suspended and inactive ones too, whose timelines live on."""
    followers = Follow.objects.filter(following_id=author_id).order_by("follower_id")
    after = 0
    while batch := list(followers.filter(follower_id__gt=after).values_list("follower_id", flat=True)[:size]):
        yield batch
        after = batch[-1]


def followed_among(viewer_id: int, author_ids: Iterable[int]) -> list[int]:
    """Those of the authors the viewer follows."""
    return list(
        Follow.objects.filter(follower_id=viewer_id, following_id__in=list(author_ids)).values_list(
            "following_id", flat=True
        )
    )
