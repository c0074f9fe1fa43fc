"""What the SQL view says of home timelines: the entries of a viewer, the recipients of a tweet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from social.models import Follow
from tweets.models import TimelineEntry
from tweets.queries.newest import newest_entries, reach
from twitterclone.lib.ids import EPOCH, id_time, latest_moment
from twitterclone.lib.pagination import BIGGEST_ID, Cursor

_STATE = """
    SELECT nextval('timelines_clock'), t.author_id, t.deleted_at IS NULL AND t.hidden_at IS NULL,
        u.followers_count
    FROM tweets t JOIN users u ON u.id = t.author_id WHERE t.id = %s AND t.created_at = tid_time(%s)
"""
# The bounds let the planner open the months in question only. One tick for all, from before the rest is read.
_STATES = """
    WITH clock AS MATERIALIZED (SELECT nextval('timelines_clock') AS tick)
    SELECT t.id, clock.tick, t.author_id, t.deleted_at IS NULL AND t.hidden_at IS NULL, u.followers_count
    FROM clock, unnest(%(ids)s::bigint[]) AS wanted (id)
    JOIN tweets t ON t.id = wanted.id AND t.created_at = tid_time(wanted.id)
        AND t.created_at BETWEEN tid_time(%(first)s) AND tid_time(%(last)s)
    JOIN users u ON u.id = t.author_id
"""
_RECIPIENTS_OF_ALL = """
    SELECT wanted.id, ARRAY(
        SELECT t.viewer_id FROM timeline t JOIN users u ON u.id = t.viewer_id
        WHERE t.id = wanted.id AND t.created_at = tid_time(wanted.id)
            AND t.created_at BETWEEN tid_time(%(first)s) AND tid_time(%(last)s)
            AND t.author_id = wanted.author_id AND t.viewer_id <> wanted.author_id
            AND u.last_active_at >= %(since)s
        LIMIT %(limit)s)
    FROM unnest(%(ids)s::bigint[], %(authors)s::bigint[]) AS wanted (id, author_id)
"""
_FOLLOWERS_OF_ALL = """
    SELECT wanted.id, ARRAY(
        SELECT follower_id FROM follows WHERE following_id = wanted.author_id LIMIT %(limit)s)
    FROM unnest(%(ids)s::bigint[], %(authors)s::bigint[]) AS wanted (id, author_id)
"""
_RECIPIENTS = """
    SELECT t.viewer_id FROM timeline t JOIN users u ON u.id = t.viewer_id
    WHERE t.id = %s AND t.created_at = tid_time(%s) AND t.author_id = %s
        AND t.viewer_id BETWEEN %s AND %s AND t.viewer_id <> %s AND u.last_active_at >= %s
    ORDER BY t.viewer_id LIMIT %s
"""
_FOLLOWERS = """
    SELECT follower_id FROM follows WHERE following_id = %s AND follower_id > %s ORDER BY follower_id LIMIT %s
"""
# One pass over the window for all viewers: each by itself would read it again. Ids are in order of time.
_TIMELINES = """
    SELECT viewer_id, array_agg(id) FROM (
        SELECT t.viewer_id, t.id, row_number() OVER (PARTITION BY t.viewer_id ORDER BY t.id DESC) AS place
        FROM timeline t WHERE t.viewer_id = ANY(%s) AND t.created_at >= %s AND t.created_at < %s
    ) AS found WHERE place <= %s GROUP BY viewer_id
"""

# The view has no limit of its own: reading it window after window, newest first, opens only the months
# that are needed and lets the planner see how little is asked for.
WINDOWS = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=180), None)
FEW = 100  # entries that are looked for among the site's newest tweets first
MANY = 25_000  # tweets of the site that are passed over at once for many people
EVER = timedelta(days=36_500)


def timeline_ids(viewer_id: int, cursor: Cursor, author_ids: Iterable[int] | None = None) -> list[int]:
    """The newest entries of the viewer's home timeline between the cursor's bounds, newest first.

    Fewer than the cursor's limit only when there are no more. With `author_ids` only entries of these.
    """
    found: list[int] = []
    below: datetime | None = None
    if author_ids is None and cursor.after is None and cursor.limit <= FEW:
        found, below = _among_newest(viewer_id, cursor)
    if len(found) == cursor.limit:
        return found
    entries = TimelineEntry.objects.filter(viewer_id=viewer_id)
    if author_ids is not None:
        entries = entries.filter(author_id__in=list(author_ids))
    if cursor.before is not None:
        entries = entries.filter(id__lt=cursor.before)
    if cursor.after is not None:
        entries = entries.filter(id__gt=cursor.after)
    if cursor.nearest and cursor.after is not None:
        return _read(entries.order_by("created_at", "id"), _windows_up(cursor.after), cursor.limit)[::-1]
    newest_first = entries.order_by("-created_at", "-id")
    return found + _read(newest_first, _windows(cursor, below), cursor.limit - len(found))


def timelines_of(viewer_ids: Sequence[int], limit: int) -> dict[int, list[int]]:
    """The newest entries of many home timelines, newest first, in a query for each window.

    Who has enough is not asked for again.
    """
    found: dict[int, list[int]] = {viewer_id: [] for viewer_id in viewer_ids}
    for since, until in _wide_windows():
        short = [viewer_id for viewer_id, ids in found.items() if len(ids) < limit]
        if not short:
            break
        with connection.cursor() as cursor:
            cursor.execute(_TIMELINES, [short, since, until, limit])
            for viewer_id, ids in cursor.fetchall():
                found[viewer_id] += sorted(ids, reverse=True)[: limit - len(found[viewer_id])]
    return found


def _wide_windows() -> Iterator[tuple[datetime, datetime]]:
    """Spans of created_at for many people: the first is as long as it pays to pass over it once for all."""
    since = max(EPOCH, datetime.now(UTC) - reach(MANY, EVER))
    yield since, latest_moment()
    if since > EPOCH:
        for bounds in _windows(Cursor(), since):
            yield bounds.get("created_at__gte", EPOCH), bounds["created_at__lt"]


def _read(entries: QuerySet[TimelineEntry], windows: Iterable[dict[str, datetime]], limit: int) -> list[int]:
    ids: list[int] = []
    for bounds in windows:
        if len(ids) == limit:
            break
        ids += entries.filter(**bounds).values_list("id", flat=True)[: limit - len(ids)]
    return ids


def _among_newest(viewer_id: int, cursor: Cursor) -> tuple[list[int], datetime]:
    """Entries as young as the site's newest tweets, or as close to the cursor, and how far down that is."""
    span, start, before = reach(), latest_moment(), BIGGEST_ID
    since = datetime.now(UTC) - span
    if cursor.before is not None:
        start, before = id_time(cursor.before), cursor.before
        since = min(since, start - span)
    return newest_entries(viewer_id, since, start, before, cursor.limit), since


def _windows(cursor: Cursor, below: datetime | None = None) -> Iterator[dict[str, datetime]]:
    """Spans of created_at that follow each other into the past and end at the cursor's lower bound.

    They begin at the cursor's upper bound, or below a moment that lies further down.
    """
    oldest = id_time(cursor.after) if cursor.after is not None else None
    start = id_time(cursor.before) if cursor.before is not None else latest_moment()
    bounds = {"created_at__lt": below} if below else {"created_at__lte": start}
    for width in WINDOWS:
        since = start - width if width is not None else None
        if below and since and since >= below:
            continue
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


@dataclass(frozen=True, slots=True)
class TweetState:
    """What SQL says of a tweet: whether it may be in timelines, and how many follow its author.

    `tick` is the time by the clock of builds at which that was so; 0 when it is in none.
    """

    tick: int
    author_id: int
    is_visible: bool
    followers: int


def tweet_state(tweet_id: int, author_id: int | None = None) -> TweetState | None:
    """The state of a tweet, one invisible of this author when its row is gone, None when nobody knows."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [tweet_id, tweet_id])
        row = cursor.fetchone()
    if row is None:
        return None if author_id is None else TweetState(0, author_id, is_visible=False, followers=0)
    return TweetState(*row)


def tweet_states(tweet_ids: Collection[int]) -> dict[int, TweetState]:
    """The states of those tweets whose rows are there, in one query and with one tick."""
    if not tweet_ids:
        return {}
    bounds = {"first": min(tweet_ids), "last": max(tweet_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_STATES, {"ids": list(tweet_ids), **bounds})
        return {row[0]: TweetState(*row[1:]) for row in cursor.fetchall()}


def recipients_of_all(authors: Mapping[int, int], active_since: datetime, limit: int) -> dict[int, list[int]]:
    """Of each tweet (with its author) what `recipients` says, in no order, at most `limit` of each."""
    values = {"first": min(authors), "last": max(authors), "since": active_since}
    return _people(_RECIPIENTS_OF_ALL, authors, limit, values)


def followers_of_all(authors: Mapping[int, int], limit: int) -> dict[int, list[int]]:
    """Of each tweet the followers of its author, in no order, at most `limit` of each."""
    return _people(_FOLLOWERS_OF_ALL, authors, limit, {})


def _people(
    query: str, authors: Mapping[int, int], limit: int, values: Mapping[str, Any]
) -> dict[int, list[int]]:
    wanted: dict[str, Any] = {"ids": list(authors), "authors": list(authors.values()), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(query, {**wanted, **values})
        return dict(cursor.fetchall())


def recipients(
    tweet_id: int,
    author_id: int,
    active_since: datetime,
    *,
    among: Sequence[int] = (),
    limit: int | None = None,
) -> list[int]:
    """Whose home timeline the tweet belongs into, the author apart, of people seen since then, by id.

    `among` are followers in a row, by id: of all of many at once, the planner would sort all again for
    each batch. `limit` serves where they are few.
    """
    bounds = [among[0], among[-1]] if among else [0, BIGGEST_ID]
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, [tweet_id, tweet_id, author_id, *bounds, author_id, active_since, limit])
        return [row[0] for row in cursor.fetchall()]


def follower_batches(author_id: int, size: int, after: int = 0) -> Iterator[list[int]]:
    """All followers beyond an id in its order, suspended and inactive ones too, whose timelines live on."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOWERS, [author_id, after, size])
            batch = [row[0] for row in cursor.fetchall()]
        if batch:
            yield batch
        if len(batch) < size:
            return
        after = batch[-1]


def followed_among(viewer_id: int, author_ids: Iterable[int]) -> list[int]:
    """Those of the authors the viewer follows."""
    return list(
        Follow.objects.filter(follower_id=viewer_id, following_id__in=list(author_ids)).values_list(
            "following_id", flat=True
        )
    )
