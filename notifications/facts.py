"""What somebody was told, one thing one person did at a time: what the page folds into its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.queries import people_by_id
from notifications.models import NotificationEvent
from social.queries import relations_between
from tweets.queries.cards import TweetCard, cards_for
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Cursor, Slice


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing one person did, as programs are told it: never folded with others."""

    id: int
    kind: str
    created_at: datetime
    actor_id: int
    tweet: TweetCard | None = None


def fact_page(
    viewer_id: int, cursor: Cursor, kinds: Iterable[str], actor_id: int | None = None
) -> Slice[Fact]:
    """What the viewer was told, of these kinds (and this person), newest first; a fixed number of queries.

    Leaves out what is not theirs to see any more; a page is short by that, and goes on below it.
    """
    events = _told_to(viewer_id).filter(type__in=list(kinds))
    if actor_id is not None:
        events = events.filter(actor_id=actor_id)
    if cursor.before is not None:
        events = events.filter(id__lt=cursor.before)
    if cursor.after is not None:
        events = events.filter(id__gt=cursor.after)
    order = "id" if cursor.nearest else "-id"
    rows = sorted(events.order_by(order)[: cursor.limit], key=lambda row: -row.pk)
    following = rows[-1].pk if rows and (cursor.nearest or len(rows) == cursor.limit) else None
    return Slice(_facts(viewer_id, rows), next=following)


def fact_for(viewer_id: int, fact_id: int) -> Fact:
    """One thing the viewer was told; NotVisible when it is not theirs, or not to be seen any more."""
    facts = _facts(viewer_id, list(_told_to(viewer_id).filter(pk=fact_id)))
    if not facts:
        raise NotVisible
    return facts[0]


def _told_to(viewer_id: int) -> QuerySet[NotificationEvent]:
    return NotificationEvent.objects.filter(user=viewer_id, notification_id__isnull=False)


def _facts(viewer_id: int, rows: list[NotificationEvent]) -> list[Fact]:
    actors = {row.actor_id for row in rows}
    people, relations = people_by_id(actors), relations_between(viewer_id, actors)
    tweets = {card.id: card for card in cards_for(viewer_id, [r.tweet_id for r in rows if r.tweet_id])}
    return [
        Fact(row.pk, row.type, row.created_at, row.actor_id, tweets.get(row.tweet_id or 0))
        for row in rows
        if row.actor_id in people
        and not relations[row.actor_id].is_blocked
        and (row.tweet_id is None or row.tweet_id in tweets)
    ]
