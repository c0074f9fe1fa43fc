"""Home timelines in Redis. The only module that knows how they are kept; nothing here is kept for good.

A timeline is cold (no key), being built, or ready. Nothing is pushed into a cold one: the next read builds
it from SQL. Every call is one round trip; a key is built inside the script, so the role is one server.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from redis.commands.core import Script

from tweets.timelines import scripts
from tweets.timelines.card_scripts import HOME
from twitterclone.lib.ids import SHIFT, ms_of
from twitterclone.lib.pagination import BIGGEST_ID, Cursor
from twitterclone.lib.redis import client, key

BUILD_SECONDS = 30  # a build that takes longer, or whose process died, is begun again
MARKED, LEAVING = "marked", "leaving"


@dataclass(frozen=True, slots=True)
class Page:
    """Ids newest first. Every entry from id `covered_from` up is here; below it only PostgreSQL knows.

    `above` are the entries next above the page, `big_author_ids` those whose tweets are not pushed,
    `cards` what was asked for beside the page.
    """

    ids: list[int]
    covered_from: int
    above: list[int]
    big_author_ids: list[int]
    cards: Any = None


def tick() -> int:
    """The clock of builds: whatever is read from SQL after this is newer than all builds begun before."""
    return int(_run(scripts.TICK, keys=[_clock()]))


def push(user_ids: Sequence[int], tweet_id: int, seen: int) -> int:
    """Adds the tweet to those timelines that are not cold; harmless when repeated. Returns the next tick.

    `seen` is a tick from before the users were read from SQL: a timeline built since then is left alone,
    since its build knew better, be it that somebody unfollowed.
    """
    arguments: list[str | int] = [_prefix(), _packed(user_ids), ms_of(tweet_id), tweet_id, seen]
    arguments.append(settings.TIMELINE_MAX)
    return int(_run(scripts.PUSH, keys=[_clock()], args=arguments)[0])


def remove(user_ids: Iterable[int], tweet_ids: Sequence[int]) -> None:
    """Takes the tweets out of these timelines, and calls off builds that may have read them."""
    _run(scripts.REMOVE, args=[_prefix(), _packed(user_ids), settings.TIMELINE_MAX, *tweet_ids])


def drop(user_ids: Iterable[int]) -> None:
    """Makes these timelines cold; a build under way will find that it was for nothing."""
    _run(scripts.DROP, args=[_prefix(), _packed(user_ids)])


def drop_all() -> None:
    """Makes every timeline cold, each when it is next read."""
    client("timelines").set(_oldest_valid(), tick(), ex=settings.TIMELINE_TTL * 2)


def begin(user_id: int) -> int | None:
    """Begins a build, so that pushes land from now on; None unless the timeline is cold."""
    token = _run(scripts.BEGIN, keys=[_key(user_id), _clock(), _oldest_valid()], args=[BUILD_SECONDS])
    return int(token) if token else None


def finish(user_id: int, token: int, ids: Sequence[int], floor_ms: int) -> bool:
    """Adds what SQL said and makes the timeline ready; False when it was dropped meanwhile.

    `floor_ms` is the ms in and below which entries may be missing, 0 when none are.
    """
    entries = [part for tweet_id in ids for part in (ms_of(tweet_id), tweet_id)]
    arguments = [token, floor_ms, settings.TIMELINE_TTL, settings.TIMELINE_MAX, *entries]
    return bool(_run(scripts.FINISH, keys=[_key(user_id)], args=arguments))


def abandon(user_id: int, token: int) -> None:
    """Makes the timeline cold again after a build that failed."""
    _run(scripts.ABANDON, keys=[_key(user_id)], args=[token])


def page(user_id: int, cursor: Cursor, look_back: int = 0, cards: Sequence[str | int] = ()) -> Page | None:
    """The newest entries between the cursor's bounds; None when the timeline is cold or being built.

    With `cards` (the arguments of such a look) also the cards of these entries, in the same round trip.
    """
    before = BIGGEST_ID if cursor.before is None else cursor.before
    arguments = [
        before,
        ms_of(before),
        cursor.after or 0,
        cursor.limit,
        look_back if cursor.before is not None else 0,
        settings.TIMELINE_TTL,
        settings.TIMELINE_MAX,
    ]
    keys = [_key(user_id), _oldest_valid(), _big_authors()]
    answer = _run(HOME if cards else scripts.PAGE, keys=keys, args=[*arguments, *cards])
    if answer[0] != b"ready":
        return None
    _, floor, *lists = answer
    ids, above, big_author_ids = (list(map(int, found)) for found in lists[:3])
    covered_from = (int(floor) + 1) << SHIFT if int(floor) else 0
    return Page(ids, covered_from, above, big_author_ids, lists[3] if cards else None)


def newest(user_id: int) -> int | None:
    """The newest entry; None when there is none or the timeline is not ready."""
    found = page(user_id, Cursor(limit=1))
    return found.ids[0] if found and found.ids else None


def is_marked_big(author_id: int) -> bool:
    """Whether the author's tweets may be missing from timelines, so that readers must merge them."""
    return client("timelines").hexists(_big_authors(), str(author_id))


def mark_big(author_id: int) -> None:
    """From now on readers merge the author's tweets. To be called before leaving one out."""
    client("timelines").hset(_big_authors(), str(author_id), MARKED)


def unmark_big(author_id: int, follower_batches: Iterable[list[int]]) -> None:
    """Readers need not merge the author any more, once all timelines that lack tweets are dropped.

    The mark says `leaving` meanwhile, so that a process which marks the author again is not undone.
    """
    client("timelines").hset(_big_authors(), str(author_id), LEAVING)
    for batch in follower_batches:
        drop(batch)
    _run(scripts.UNMARK, keys=[_big_authors()], args=[author_id, LEAVING])


def _packed(user_ids: Iterable[int]) -> str:
    return ",".join(map(str, user_ids))


def _prefix() -> str:
    return key("timeline", "")


def _key(user_id: int) -> str:
    return key("timeline", user_id)


def _clock() -> str:
    return key("timelines", "clock")


def _oldest_valid() -> str:
    return key("timelines", "oldest-valid")


def _big_authors() -> str:
    return key("timelines", "big-authors")


@cache
def _script(text: str) -> Script:
    return client("timelines").register_script(text)


def _run(text: str, keys: Sequence[str] = (), args: Sequence[str | int] = ()) -> Any:
    return _script(text)(keys=keys, args=args, client=client("timelines"))
