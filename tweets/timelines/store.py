"""Home timelines in Redis. The only module that knows how they are kept; nothing here is kept for good.

A timeline is cold (no key), being built, or ready. Nothing is pushed into a cold one: the next read builds
it from SQL. Timelines are dealt out to buckets by a hash of their owner's id. All keys of a bucket have its
number as hash tag, so that a script finds them on one node of a cluster; what concerns several buckets is
one round trip for each node.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import randrange
from typing import Any

from django.conf import settings
from django.db import connection
from redis.exceptions import NoScriptError

from tweets.timelines import scripts
from tweets.timelines.buckets import (
    big_authors,
    bucket_of,
    buckets,
    dealt,
    oldest_valid,
    prefix_of,
    timeline_key,
)
from tweets.timelines.card_scripts import HOME
from tweets.timelines.pushes import Push, packed
from twitterclone.lib.ids import SHIFT, ms_of
from twitterclone.lib.metrics import DELIVERIES
from twitterclone.lib.pagination import BIGGEST_ID, Cursor
from twitterclone.lib.redis import client, run_script, sha_of

BUILD_SECONDS = 30  # a build that takes longer, or whose process died, is begun again
# entries of a chunk, and at which late ones divide it; above 128 the server takes four times the memory
CHUNK, CHUNKS = 100, 8
MARKED, LEAVING = "marked", "leaving"
ALWAYS = (1 << 48) - 1  # for `push`: into every timeline that is not cold, however lately it was built

Call = tuple[list[str], list[str | int]]


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
    """The clock of builds: whatever is read from SQL after this is newer than all builds begun before.

    PostgreSQL's, so that it is one clock however many servers keep the timelines.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('timelines_clock')")
        return int(cursor.fetchone()[0])


def push(user_ids: Sequence[int], tweet_id: int, seen: int, author_id: int = 0) -> bool:
    """Adds the tweet to those timelines that are not cold; harmless when repeated.

    `seen` is a tick from before the users were read from SQL: a timeline built since then is left alone,
    since its build knew better, be it that somebody unfollowed. True when the author is marked big.
    """
    return bool(push_all([Push(tweet_id, author_id, user_ids)], seen))


def push_all(pushes: Sequence[Push], seen: int) -> set[int]:
    """What `push` does for one tweet, in one round trip; returns the authors that are marked big."""
    authors = {author_id for _, author_id, _ in pushes}
    deliveries = sum(len(push.user_ids) for push in pushes)
    spread = randrange(3)  # noqa: S311 -- whose chunk is looked at
    first = [*_limits(), _token(seen), spread, len(authors), *authors]
    calls: list[Call] = [
        ([prefix_of(bucket), big_authors(bucket)], [*first, *groups])
        for bucket, groups in packed(pushes, settings.FANOUT_BATCH)
    ]
    answers = _run_each(scripts.PUSH, calls)
    DELIVERIES.inc(deliveries)
    return {int(author_id) for marked in answers for author_id in marked}


def remove(user_ids: Iterable[int], tweet_ids: Sequence[int]) -> None:
    """Takes the tweets out of these timelines, and calls off builds that may have read them."""
    what = [part for tweet_id in tweet_ids for part in (_ms(ms_of(tweet_id)), tweet_id)]
    _run_each(scripts.REMOVE, [([prefix_of(at)], [users, *what]) for at, users in dealt(user_ids)])


def drop(user_ids: Iterable[int]) -> None:
    """Makes these timelines cold; a build under way will find that it was for nothing."""
    _run_each(scripts.DROP, [([prefix_of(at)], [users]) for at, users in dealt(user_ids)])


def drop_all() -> None:
    """Makes every timeline cold, each when it is next read.

    Also when the database was restored, and with it the clock went back behind what is remembered here.
    """
    now = _token(_tick_beyond(max((_remembered(bucket) for bucket in buckets()), default=0)))
    for bucket in buckets():
        client("timelines").set(oldest_valid(bucket), now, ex=settings.TIMELINE_TTL * 2)


def _remembered(bucket: int) -> int:
    kept = client("timelines").get(oldest_valid(bucket))
    return int(kept, 16) if kept else 0


def _tick_beyond(known: int) -> int:
    now = tick()
    if now > known:
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('timelines_clock', %s)", [known])
    return tick()


def begin(user_id: int) -> int | None:
    """Begins a build, so that pushes land from now on; None unless the timeline is cold."""
    token, begun = begin_all([user_id])
    return token if begun else None


def begin_all(user_ids: Sequence[int]) -> tuple[int, list[int]]:
    """Begins builds under one token, of those that are cold."""
    token = tick()
    calls: list[Call] = [
        ([timeline_key(user_id), oldest_valid(bucket_of(user_id))], [_token(token), BUILD_SECONDS])
        for user_id in user_ids
    ]
    answers = _run_each(scripts.BEGIN, calls)
    return token, [user_id for user_id, begun in zip(user_ids, answers, strict=True) if begun]


def finish(user_id: int, token: int, ids: Sequence[int], floor_ms: int) -> bool:
    """Adds what SQL said, newest first, and makes the timeline ready; False when it was dropped meanwhile.

    `floor_ms` is the ms in and below which entries may be missing, 0 when none are.
    """
    return bool(finish_all(token, {user_id: (ids, floor_ms)}))


def finish_all(token: int, builds: Mapping[int, tuple[Sequence[int], int]]) -> int:
    """Finishes builds, of each user what SQL said and the floor; how many were not dropped meanwhile."""
    return sum(_run_each(scripts.FINISH, [_finish(token, user, *build) for user, build in builds.items()]))


def _finish(token: int, user_id: int, ids: Sequence[int], floor_ms: int) -> Call:
    arguments: list[str | int] = [*_limits(), _token(token), _ms(floor_ms), settings.TIMELINE_TTL]
    chunks = [
        ("%015d%019d" * len(chunk)) % tuple([part for pk in chunk for part in (pk >> SHIFT, pk)])
        for chunk in _chunks(ids, floor_ms)
    ]
    return [timeline_key(user_id)], [*arguments, *chunks]


def abandon(user_id: int, token: int) -> None:
    """Makes the timeline cold again after a build that failed."""
    _run(scripts.ABANDON, [timeline_key(user_id)], [_token(token)])


def page(user_id: int, cursor: Cursor, look_back: int = 0, cards: Sequence[str | int] = ()) -> Page | None:
    """The newest entries between the cursor's bounds; None when the timeline is cold or being built.

    With `cards` (the arguments of such a look) also the cards of these entries, in the same round trip.
    """
    before = BIGGEST_ID if cursor.before is None else cursor.before
    arguments: list[str | int] = [
        before,
        _ms(ms_of(before)),
        cursor.after or 0,
        cursor.limit,
        look_back if cursor.before is not None else 0,
        settings.TIMELINE_TTL,
    ]
    bucket = bucket_of(user_id)
    keys = [timeline_key(user_id), oldest_valid(bucket), big_authors(bucket)]
    answer = _run(HOME if cards else scripts.PAGE, keys, [*arguments, *cards])
    if answer[0] != b"ready":
        return None
    _, floor, ids, above, big_authors_found, *looked = answer
    covered_from = (int(floor) + 1) << SHIFT if int(floor) else 0
    return Page(
        [*map(int, ids)],
        covered_from,
        [*map(int, above.split())],
        [*map(int, big_authors_found)],
        looked[0] if looked else None,
    )


def newest(user_id: int) -> int | None:
    """The newest entry; None when there is none or the timeline is not ready."""
    found = page(user_id, Cursor(limit=1))
    return found.ids[0] if found and found.ids else None


def reached(user_ids: Iterable[int], tweet_id: int) -> int:
    """How many of these timelines hold the tweet: what a delivery is measured by."""
    what: list[str | int] = [_ms(ms_of(tweet_id)), tweet_id]
    calls: list[Call] = [([prefix_of(at)], [users, *what]) for at, users in dealt(user_ids)]
    return sum(_run_each(scripts.REACHED, calls))


def is_marked_big(author_id: int) -> bool:
    """Whether the author's tweets may be missing from timelines, so that readers must merge them."""
    return client("timelines").hexists(big_authors(bucket_of(author_id)), str(author_id))


def mark_big(author_id: int) -> None:
    """From now on readers merge the author's tweets. To be called before leaving one out.

    The mark is in each bucket, where pages find it; in the author's own last, so that it says of all.
    """
    if client("timelines").hget(big_authors(bucket_of(author_id)), str(author_id)) != MARKED.encode():
        _mark(author_id, MARKED)


def unmark_big(author_id: int, follower_batches: Iterable[list[int]]) -> None:
    """Readers need not merge the author any more, once all timelines that lack tweets are dropped.

    The mark says `leaving` meanwhile, so that a process which marks the author again is not undone.
    """
    _mark(author_id, LEAVING)
    for batch in follower_batches:
        drop(batch)
    for bucket in buckets(last=author_id):
        _run(scripts.UNMARK, [big_authors(bucket)], [author_id, LEAVING])


def _mark(author_id: int, mark: str) -> None:
    for bucket in buckets(last=author_id):
        client("timelines").hset(big_authors(bucket), str(author_id), mark)


def _limits() -> list[str | int]:
    chunk = min(CHUNK, -(-settings.TIMELINE_MAX // CHUNKS))
    return [chunk, chunk * 5 // 4, settings.TIMELINE_MAX]


def _chunks(ids: Sequence[int], floor_ms: int) -> Iterator[Sequence[int]]:
    """Oldest first; entries of one ms stay together."""
    size, count, begin = int(_limits()[0]), len(ids), 0
    while count and ms_of(ids[count - 1]) <= floor_ms:
        count -= 1
    oldest_first = ids[:count][::-1]
    while begin < count:
        end = min(begin + size, count)
        while end < count and ms_of(oldest_first[end]) == ms_of(oldest_first[end - 1]):
            end += 1
        yield oldest_first[begin:end]
        begin = end


def _ms(ms: int) -> str:
    return f"{ms:015d}"


def _token(moment: int) -> str:
    return f"{moment:012x}"


# Calls


def _run(text: str, keys: Sequence[str], args: Sequence[str | int]) -> Any:
    return run_script("timelines", text, keys, args)


def _run_each(text: str, calls: Sequence[Call]) -> list[Any]:
    """The answers of the script to each call, which are sent together."""
    if len(calls) == 1:
        return [_run(text, *calls[0])]
    pipeline = client("timelines").pipeline(transaction=False)
    for keys, args in calls:
        pipeline.execute_command("EVALSHA", sha_of(text), len(keys), *keys, *args)
    answers = pipeline.execute(raise_on_error=False)
    for n, answer in enumerate(answers):
        if isinstance(answer, NoScriptError):
            answers[n] = _run(text, *calls[n])
        elif isinstance(answer, Exception):
            raise answer
    return answers
