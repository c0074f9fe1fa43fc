"""Reading the home timeline: from Redis where it is kept, from PostgreSQL below that and whenever not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from accounts.queries import PersonCard
from tweets.models import Tweet
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.filling import Item, filled_slice
from tweets.queries.timelines import followed_among, timeline_ids
from tweets.timelines import store
from tweets.timelines.building import build_soon
from twitterclone.lib.breaker import Breaker
from twitterclone.lib.metrics import timeline_hit, timeline_missed
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.redis import FAILURES
from twitterclone.lib.replicas import on_primary

LOOK_BACK = 100  # entries above a page that are asked whether they showed the same tweet already
NEW_COUNTED = 50
FACES = 3

T = TypeVar("T")
SUBJECTS_KNOWN = 50_000
_subjects: dict[int, int] = {}  # of entries: what a retweet passes on never changes, and 0 of all else
_breaker = Breaker(FAILURES)


@dataclass(frozen=True, slots=True)
class Beside:
    """Cards to be looked up with a page: the look's arguments, and what takes the ids and the answer."""

    arguments: Sequence[str | int]
    take: Callable[[list[int], Any], None]


def home_ids(viewer_id: int, cursor: Cursor) -> list[int]:
    """Ids of the home timeline's entries between the cursor's bounds, newest first, each exactly once.

    Fewer than the cursor's limit only at the end. They are what SQL's `timeline` says, without regard to
    blocks and mutes. Goes on in PostgreSQL where Redis ends, and with PostgreSQL alone while it is down.
    """
    return _entries(viewer_id, cursor)[0]


def home_page(viewer_id: int, cursor: Cursor) -> Slice[TweetCard]:
    """One page of the home timeline, filled up when the viewer may not see some of it.

    A tweet that several people retweeted appears once, at its newest retweet.
    """
    return feed(viewer_id, cursor, lambda ids: cards_for(viewer_id, ids, hide_muted=True))


def feed(
    viewer_id: int, cursor: Cursor, cards: Callable[[list[int]], list[Item]], beside: Beside | None = None
) -> Slice[Item]:
    """The page as `home_page`, of whatever `cards` makes of the entries' ids.

    `beside` is asked for together with the ids wherever these come from Redis.
    """
    above: list[int] = []

    def page(part: Cursor) -> list[int]:
        ids, newer = _entries(viewer_id, part, beside)
        if part.before == cursor.before:
            above.extend(_next_above(viewer_id, cursor) if newer is None else newer)
        return ids

    def unseen(ids: list[int]) -> list[Item]:
        found = cards(ids)
        again = _again_above(above, {card.id for card in found})
        shown = {card.id for card in cards(again)} if again else set()
        return [card for card in found if card.id not in shown]

    return filled_slice(cursor, page, unseen, once_each=True)


def new_since(viewer_id: int, after_id: int) -> tuple[int, list[PersonCard]]:
    """How many tweets, at most 50, a page that begins with this entry lacks, and who brought them.

    What the viewer wrote is not news to them, and the page they wrote it on has it already.
    """
    cards = home_page(viewer_id, Cursor(after=after_id, limit=NEW_COUNTED)).items
    brought = [person for card in cards if (person := card.retweeted_by or card.author)]
    news = [person for person in brought if person.id != viewer_id]
    return len(news), list({person.id: person for person in news}.values())[:FACES]


def _next_above(viewer_id: int, cursor: Cursor) -> list[int]:
    """What `Page.above` says, by PostgreSQL."""
    if cursor.before is None:
        return []
    return timeline_ids(viewer_id, Cursor(after=cursor.before - 1, limit=LOOK_BACK, nearest=True))


def _entries(
    viewer_id: int, cursor: Cursor, beside: Beside | None = None
) -> tuple[list[int], list[int] | None]:
    """The ids, and the entries next above them; None where these are not known yet."""
    if cursor.nearest:
        return timeline_ids(viewer_id, cursor), []  # Redis keeps the newest; upwards is asked seldom
    page = _stored(viewer_id, cursor, beside)
    if page is None:
        return timeline_ids(viewer_id, cursor), None
    is_full = len(page.ids) == cursor.limit
    merged = followed_among(viewer_id, page.big_author_ids) if page.big_author_ids else []
    if merged and is_full:
        return _with_big_authors(viewer_id, cursor, page.ids, merged), page.above
    if merged:
        return timeline_ids(viewer_id, cursor), page.above
    if is_full or page.covered_from <= (cursor.after or 0):
        return page.ids, page.above
    below = min(page.covered_from, cursor.before or page.covered_from)
    rest = Cursor(before=below, after=cursor.after, limit=cursor.limit - len(page.ids))
    return page.ids + timeline_ids(viewer_id, rest), page.above


def _with_big_authors(viewer_id: int, cursor: Cursor, ids: list[int], merged: list[int]) -> list[int]:
    """The page and what these authors tweeted in its span; they are not pushed, or were not always."""
    span = Cursor(before=cursor.before, after=ids[-1], limit=cursor.limit)
    theirs = timeline_ids(viewer_id, span, author_ids=merged)
    return sorted({*ids, *theirs}, reverse=True)[: cursor.limit]


def _stored(viewer_id: int, cursor: Cursor, beside: Beside | None) -> store.Page | None:
    """The page as Redis has it; None while that is down, and until the timeline is built, as it will be."""

    def read() -> store.Page | None:
        found = store.page(viewer_id, cursor, LOOK_BACK, beside.arguments if beside else ())
        if found is None:
            build_soon(viewer_id)
        return found

    page = ask(read)
    (timeline_missed if page is None else timeline_hit).inc()
    if page and beside:
        beside.take(page.ids, page.cards)
    return page


def ask(question: Callable[[], T]) -> T | None:
    """The answer of Redis; None while it is down, which after one failure is not asked for a while."""
    answers: list[T] = []
    _breaker.call(lambda: answers.append(question()))
    return answers[0] if answers else None


def _again_above(above: list[int], subjects: set[int]) -> list[int]:
    """The entries further up that pass on one of these tweets."""
    if not above or not subjects:
        return []
    passed_on = _subjects_of(above)
    return [entry_id for entry_id in above if passed_on[entry_id] in subjects]


@on_primary()  # it is remembered, and a replica may not have the entry yet
def _subjects_of(ids: list[int]) -> dict[int, int]:
    """What each entry passes on, 0 when nothing; a query only for entries this process has not met."""
    found = {entry_id: _subjects[entry_id] for entry_id in ids if entry_id in _subjects}
    if len(found) < len(ids):
        unknown = [entry_id for entry_id in ids if entry_id not in found]
        rows = Tweet.objects.filter(pk__in=unknown).values_list("pk", "retweet_of_id")
        learnt = {pk: subject or 0 for pk, subject in rows}
        if len(_subjects) > SUBJECTS_KNOWN:
            _subjects.clear()
        _subjects.update(learnt)
        found |= dict.fromkeys(unknown, 0) | learnt
    return found
