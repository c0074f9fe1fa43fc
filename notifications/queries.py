"""What somebody was told: the number of unread lines, and the page of lines."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.queries import PersonCard, Viewer, people_by_id
from notifications.models import Notification, Type
from notifications.places import Place, Position
from social.queries import relations_between
from tweets.queries.cards import TweetCard, cards_for
from twitterclone.lib import prepared

DAYS = 365  # read lines older than this are not shown, so that their partition can be split by time
MOST_COUNTED = 1000
FACES, SAMPLE = 3, 8
MENTIONS = (Type.MENTION, Type.REPLY, Type.QUOTE)
DECISIONS = (Type.HIDDEN, Type.REPORT_RESOLVED, Type.REPORT_REJECTED)

# What a moderator hid or its author deleted counts no more, from that moment on; that it was hidden does.
# Messages have a number of their own, beside Messages.
_UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM notifications_unread n
        LEFT JOIN LATERAL (  -- of its own month: a join would read all months of a small site
            SELECT deleted_at, hidden_at FROM tweets
            WHERE id = n.tweet_id AND created_at = n.tweet_created_at LIMIT 1) AS t ON true
        WHERE n.user_id = %s AND n.type <> 'message' AND t.deleted_at IS NULL
            AND (t.hidden_at IS NULL OR n.type = 'hidden')
        LIMIT %s) AS few
"""
_FACTS = """
    SELECT line, actor_id, tweet_id FROM unnest(%s::bigint[]) AS line, LATERAL (
        SELECT actor_id, tweet_id, id FROM notification_events WHERE notification_id = line
        ORDER BY id DESC LIMIT %s) AS latest
    ORDER BY line, latest.id DESC
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as the page shows it: up to three faces, `others` more, and the tweet it is of.

    Of a search the tweet is the newest found that the viewer may still see.
    Of messages `others` is how many there are besides the newest, all by one.
    A message never looks unread here: what is unread of messages is said beside Messages, once.
    """

    id: int
    kind: str
    is_read: bool
    created_at: datetime
    actors: tuple[PersonCard, ...]
    others: int
    message: str
    url: str
    position: str
    tweet: TweetCard | None = None

    @property
    def is_decision(self) -> bool:
        """Whether moderators are the ones who did it, who have no face."""
        return self.kind in DECISIONS


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the place to pass as `before` for the next page ('' at the end), the newest moment there was.

    `is_unread` when anything on it is, of messages too.
    """

    items: list[Line]
    next: str
    until: str
    is_unread: bool


def unread_count(user_id: int) -> int:
    """How many lines are unread, messages left out, at most a thousand; one read of the unread index."""
    return prepared.rows(_UNREAD, [user_id, MOST_COUNTED], fresh=True)[0][0]


def notification_page(
    viewer: Viewer, before: Place | None, *, mentions_only: bool = False, limit: int = 20
) -> Page:
    """The viewer's lines of the last year, unread ones first, those last added to first among each.

    What was unread when the first page was made stays before the rest on all that follow it. Leaves out
    lines whose tweet the viewer may not see (any more) and people there is a block with. The number of
    queries is fixed.
    """
    opened = before.opened if before else timezone.now()
    rows = _rows(viewer, before, opened, mentions_only, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1] if shown else None
    known = [*shown, *_lines_of(viewer)[:1]] if mentions_only else shown
    newest = max((Position(row.updated_at, row.pk) for row in known), key=lambda one: one.moment, default="")
    return Page(
        items=_lines(viewer, shown),
        next=str(Place(Position(last.updated_at, last.pk), _was_unread(last, opened), opened))
        if last and more
        else "",
        until=str(newest),
        is_unread=any(not row.is_read for row in shown),
    )


def _rows(
    viewer: Viewer, before: Place | None, opened: datetime, mentions_only: bool, limit: int
) -> list[Notification]:
    lines = _lines_of(viewer)
    if mentions_only:
        lines = lines.filter(type__in=MENTIONS)
    unread = lines.filter(Q(is_read=False) | Q(is_read=True, read_at__gte=opened))
    since = timezone.now() - timedelta(days=DAYS)
    read = lines.filter(is_read=True, read_at__lt=opened, created_at__gte=since)
    if before is None:
        found = list(unread[:limit])
    elif before.unread:
        found = list(_after(unread, before.after)[:limit])
    else:
        return list(_after(read, before.after)[:limit])
    # asked also when the page is full, so that every page costs the same
    return (found + list(read[: max(1, limit - len(found))]))[:limit]


def _lines_of(viewer: Viewer) -> QuerySet[Notification]:
    return Notification.objects.filter(user=viewer.id).order_by("-updated_at", "-id")


def _after(lines: QuerySet[Notification], place: Position) -> QuerySet[Notification]:
    return lines.filter(
        Q(updated_at__lt=place.moment) | Q(updated_at=place.moment, id__lt=place.id),
        updated_at__lte=place.moment,
    )


def _was_unread(line: Notification, opened: datetime) -> bool:
    return line.read_at is None or line.read_at >= opened


def _lines(viewer: Viewer, rows: list[Notification]) -> list[Line]:
    actors, found = _facts(rows)
    for row in rows:  # what moderators decided has no facts
        if row.pk not in actors and row.actor_id is not None:
            actors[row.pk] = [row.actor_id]
    everybody = {actor_id for ids in actors.values() for actor_id in ids}
    people, relations = people_by_id(everybody), relations_between(viewer.id, everybody)
    named = [row.tweet_id for row in rows if row.tweet_id]
    tweets = {card.id: card for card in cards_for(viewer.id, [*named, *chain(*found.values())])}
    lines = []
    for row in rows:
        faces = [
            people[actor_id]
            for actor_id in actors[row.pk]
            if actor_id in people and not relations[actor_id].is_blocked
        ]
        tweet = tweets.get(row.tweet_id) if row.tweet_id else None
        if row.type == Type.SEARCH:
            tweet = next((tweets[pk] for pk in found[row.pk] if pk in tweets), None)
        if faces and (tweet is not None or row.tweet_id is None):
            lines.append(_line(viewer, row, faces, tweet))
    return lines


def _line(viewer: Viewer, row: Notification, people: list[PersonCard], tweet: TweetCard | None) -> Line:
    return Line(
        id=row.pk,
        kind=row.type,
        is_read=row.is_read or row.type == Type.MESSAGE,
        created_at=row.updated_at,
        actors=tuple(people[:FACES]),
        others=max(0, row.actors_count - 1),
        message=row.message,
        url=tweet.url if tweet and row.type != Type.SEARCH else _page_of(viewer, row, people),
        position=str(Position(row.updated_at, row.pk)),
        tweet=tweet,
    )


def _page_of(viewer: Viewer, row: Notification, people: list[PersonCard]) -> str:
    if row.type == Type.FOLLOW_REQUEST:
        return "/follow-requests/"
    if row.type == Type.MESSAGE:
        return f"/messages/{row.group_key.partition(':')[2]}/"
    if row.type in (Type.REPORT_RESOLVED, Type.REPORT_REJECTED):
        return "/settings/reports/"
    if row.type == Type.SEARCH:
        return f"/search/saved/{row.group_key.partition(':')[2]}/"
    return people[0].url if row.actors_count == 1 else f"{viewer.url}followers/"


def _facts(rows: list[Notification]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The latest people of each line, and the latest tweets of each search's, newest first."""
    people: dict[int, list[int]] = defaultdict(list)
    tweets: dict[int, list[int]] = defaultdict(list)
    searches = {row.pk for row in rows if row.type == Type.SEARCH}
    with connection.cursor() as cursor:
        lines = [row.pk for row in rows]
        for line, actor_id, tweet_id in cursor.execute(_FACTS, [lines, SAMPLE]).fetchall():
            if actor_id not in people[line]:  # a search finds several of one person
                people[line].append(actor_id)
            if line in searches and tweet_id:
                tweets[line].append(tweet_id)
    return people, tweets
