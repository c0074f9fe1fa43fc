"""What somebody was told: the number of unread lines, and the page of lines."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.queries import PersonCard, Viewer, people_by_id
from notifications.models import Notification, Type
from social.queries import relations_between
from tweets.queries.cards import TweetCard, cards_for
from twitterclone.lib.errors import BadRequest
from twitterclone.lib.ids import EPOCH
from twitterclone.lib.pagination import parse_id

DAYS = 365  # read lines older than this are not shown, so that their partition can be split by time
MOST_COUNTED = 1000
FACES, SAMPLE = 3, 8
MENTIONS = (Type.MENTION, Type.REPLY, Type.QUOTE)
MICROSECOND = timedelta(microseconds=1)

_UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM notifications_unread WHERE user_id = %s LIMIT %s) AS few
"""
_ACTORS = """
    SELECT line, actor_id FROM unnest(%s::bigint[]) AS line, LATERAL (
        SELECT actor_id, id FROM notification_events WHERE notification_id = line
        ORDER BY id DESC LIMIT %s) AS latest
    ORDER BY line, latest.id DESC
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in somebody's notifications: when a line was last added to, and its id."""

    moment: datetime
    id: int

    @classmethod
    def parse(cls, text: str | None) -> "Position | None":
        """The place a link names, None when it names none; refuses anything else (BadRequest)."""
        if not text:
            return None
        moment, _, identifier = text.partition("-")
        microseconds, number = parse_id(moment), parse_id(identifier)
        if microseconds is None or number is None or microseconds > MOST_MICROSECONDS:
            raise BadRequest
        return cls(EPOCH + microseconds * MICROSECOND, number)

    def __str__(self) -> str:
        return f"{(self.moment - EPOCH) // MICROSECOND}-{self.id}"


MOST_MICROSECONDS = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as the page shows it: up to three faces, `others` more, and the tweet it is of."""

    id: int
    kind: str
    is_read: bool
    created_at: datetime
    actors: tuple[PersonCard, ...]
    others: int
    message: str
    url: str
    tweet: TweetCard | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the place to pass as `before` for the next page ('' at the end), and the newest moment shown."""

    items: list[Line]
    next: str
    until: str


def unread_count(user_id: int) -> int:
    """How many lines are unread, at most a thousand; one read of the unread partition's index."""
    with connection.cursor() as cursor:
        return cursor.execute(_UNREAD, [user_id, MOST_COUNTED]).fetchone()[0]


def notification_page(
    viewer: Viewer, before: Position | None, *, mentions_only: bool = False, limit: int = 20
) -> Page:
    """The viewer's lines, those last added to first, of the last year; the number of queries is fixed.

    Leaves out lines whose tweet the viewer may not see (any more) and people there is a block with.
    """
    rows = _rows(viewer, before, mentions_only, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1] if shown else None
    return Page(
        items=_lines(viewer, shown),
        next=str(Position(last.updated_at, last.pk)) if last and more else "",
        until=str(Position(shown[0].updated_at, shown[0].pk)) if shown else "",
    )


def _rows(viewer: Viewer, before: Position | None, mentions_only: bool, limit: int) -> list[Notification]:
    rows = Notification.objects.filter(user=viewer.id).extra(
        where=["(NOT is_read OR created_at >= %s)"], params=[timezone.now() - timedelta(days=DAYS)]
    )
    if before is not None:
        rows = rows.filter(updated_at__lte=before.moment).extra(
            where=["(updated_at, id) < (%s, %s)"], params=[before.moment, before.id]
        )
    if mentions_only:
        rows = rows.filter(type__in=MENTIONS)
    return list(rows.order_by("-updated_at", "-id")[:limit])


def _lines(viewer: Viewer, rows: list[Notification]) -> list[Line]:
    actors = _actors([row.pk for row in rows])
    everybody = {actor_id for ids in actors.values() for actor_id in ids}
    people, relations = people_by_id(everybody), relations_between(viewer.id, everybody)
    tweets = {card.id: card for card in cards_for(viewer.id, [r.tweet_id for r in rows if r.tweet_id])}
    lines = []
    for row in rows:
        faces = [
            people[actor_id]
            for actor_id in actors[row.pk]
            if actor_id in people and not relations[actor_id].is_blocked
        ]
        tweet = tweets.get(row.tweet_id) if row.tweet_id else None
        if faces and (tweet is not None or row.tweet_id is None):
            lines.append(_line(viewer, row, faces, tweet))
    return lines


def _line(viewer: Viewer, row: Notification, people: list[PersonCard], tweet: TweetCard | None) -> Line:
    return Line(
        id=row.pk,
        kind=row.type,
        is_read=row.is_read,
        created_at=row.updated_at,
        actors=tuple(people[:FACES]),
        others=max(0, row.actors_count - 1),
        message=row.message,
        url=tweet.url if tweet else _page_of(viewer, row, people),
        tweet=tweet,
    )


def _page_of(viewer: Viewer, row: Notification, people: list[PersonCard]) -> str:
    if row.type == Type.FOLLOW_REQUEST:
        return "/follow-requests/"
    return people[0].url if row.actors_count == 1 else f"{viewer.url}followers/"


def _actors(lines: list[int]) -> dict[int, list[int]]:
    """The latest people of each line, newest first."""
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        for line, actor_id in cursor.execute(_ACTORS, [lines, SAMPLE]).fetchall():
            found[line].append(actor_id)
    return found
