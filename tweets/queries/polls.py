"""Polls as one viewer sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from tweets.models import Poll, Tweet
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.replicas import reader


@dataclass(frozen=True, slots=True)
class PollChoice:
    """An option; `percent` of all votes, a whole number."""

    position: int
    text: str
    votes: int
    percent: int
    chosen: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class PollCard:
    """A poll: figures are shown to who voted, to its author, and to everybody when it is closed."""

    id: int
    tweet_id: int
    options: tuple[PollChoice, ...]
    votes_count: int
    voters_count: int
    multiple: bool
    expires_at: datetime
    is_closed: bool
    voted: bool
    is_own: bool
    can_vote: bool
    shows_results: bool


_POLLS = """
    SELECT p.tweet_id, p.id, p.expires_at, p.multiple, p.hide_totals, p.voters_count,
        o.position, o.text, o.votes_count,
        EXISTS (SELECT 1 FROM poll_votes v WHERE v.option_id = o.id AND v.user_id = %(viewer)s)
    FROM polls p JOIN poll_options o ON o.poll_id = p.id
    WHERE p.tweet_id = ANY(%(ids)s) ORDER BY p.tweet_id, o.position
"""


def polls_of(viewer_id: int | None, tweets: Iterable[Tweet]) -> dict[int, PollCard]:
    """The polls of these tweets by the tweet's id, in one query."""
    authors = {tweet.pk: tweet.author_id for tweet in tweets}
    with reader().cursor() as cursor:
        cursor.execute(_POLLS, {"viewer": viewer_id, "ids": list(authors)})
        rows = cursor.fetchall()
    return {
        tweet_id: _card(list(options), is_own=authors[tweet_id] == viewer_id, is_guest=viewer_id is None)
        for tweet_id, options in groupby(rows, key=lambda row: row[0])
    }


def poll_by_id(poll_id: int) -> Poll:
    """The poll, for whoever then asks `tweet_for` whether its tweet may be seen; NotVisible without one."""
    poll = Poll.objects.filter(pk=poll_id).first()
    if poll is None:
        raise NotVisible
    return poll


def _card(rows: list[tuple[Any, ...]], *, is_own: bool, is_guest: bool) -> PollCard:
    tweet_id, poll_id, expires_at, multiple, hide_totals, voters = rows[0][:6]
    total, most = sum(row[8] for row in rows), max(row[8] for row in rows)
    voted = any(row[9] for row in rows)
    is_closed = expires_at <= timezone.now()
    base = voters if multiple else total
    return PollCard(
        id=poll_id,
        tweet_id=tweet_id,
        options=tuple(
            PollChoice(
                position=row[6],
                text=row[7],
                votes=row[8],
                percent=round(100 * row[8] / base) if base else 0,
                chosen=row[9],
                leads=row[8] == most and most > 0,
            )
            for row in rows
        ),
        votes_count=total,
        voters_count=voters,
        multiple=multiple,
        expires_at=expires_at,
        is_closed=is_closed,
        voted=voted,
        is_own=is_own,
        can_vote=not (is_own or is_guest or voted or is_closed),
        shows_results=is_closed or ((voted or is_own) and not (hide_totals and not is_own)),
    )
