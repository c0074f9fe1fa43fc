"""A reader's candidates with their facts: found once, kept for a while, ordered anew for each request.

Kept are facts and not places, so that other weights reorder them at once and without a query, and a receipt
says what was true when the list was made. Under a stamp, which the next page names: no page repeats another.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from zlib import compress, decompress

from django.core.cache import cache
from django.utils import timezone

from tweets.queries.popular import popular_ids
from tweets.queries.trends import Trend, trends
from tweets.ranking.facts import Facts, facts_for
from tweets.ranking.past import past_of
from tweets.ranking.sources import Found, found_for
from twitterclone.lib.ids import EPOCH

KEPT_SECONDS = 30 * 60  # after the last page of it was read
FRESH_SECONDS = 5 * 60  # for so long whoever comes back finds the same list
TRENDS, POPULAR = 10, 100


@dataclass(frozen=True, slots=True)
class Pool:
    stamp: str
    made_at: float
    candidates: list[Facts]


def pool_for(viewer_id: int, *, anew: bool = False) -> Pool:
    """The list the reader reads: the one of the last minutes, or a new one."""
    stamp: str | None = None if anew else cache.get(_latest_key(viewer_id))
    pool = kept_pool(viewer_id, stamp) if stamp else None
    return pool or _new(viewer_id)


def kept_pool(viewer_id: int, stamp: str) -> Pool | None:
    """The list of this stamp, which lives on by being read; None when it is gone."""
    name = _key(viewer_id, stamp)
    kept: bytes | None = cache.get(name)
    if kept is None:
        return None
    cache.touch(name, KEPT_SECONDS)
    made_at, rows = json.loads(decompress(kept))
    return Pool(stamp, made_at, [Facts(*row) for row in rows])


def latest_pool(viewer_id: int) -> Pool | None:
    """The list made last, if it still lives."""
    stamp: str | None = cache.get(_latest_key(viewer_id))
    return kept_pool(viewer_id, stamp) if stamp else None


def candidates_for(
    viewer_id: int, now: datetime, rising: Sequence[Trend], popular: Sequence[int]
) -> list[Facts]:
    """What For you chooses from at a moment, at most 500, the newest first; ten or eleven queries."""
    past = past_of(viewer_id, now)
    return facts_for(viewer_id, past, found_for(viewer_id, past, now, rising, popular), now)


def facts_of(viewer_id: int, tweet_id: int) -> Facts | None:
    """The facts of one tweet now, wherever the reader met it; None when it is not for them to see."""
    now = timezone.now()
    past = past_of(viewer_id, now)
    found = found_for(viewer_id, past, now, trends(TRENDS), ())
    only = Found({tweet_id}, found.friends, found.trends)
    return next(iter(facts_for(viewer_id, past, only, now, since=EPOCH)), None)


def _new(viewer_id: int) -> Pool:
    now = timezone.now()
    candidates = candidates_for(viewer_id, now, trends(TRENDS), popular_ids(POPULAR))
    pool = Pool(token_hex(8), now.timestamp(), candidates)
    rows = json.dumps([pool.made_at, candidates], separators=(",", ":"))
    cache.set(_key(viewer_id, pool.stamp), compress(rows.encode(), 1), KEPT_SECONDS)
    cache.set(_latest_key(viewer_id), pool.stamp, FRESH_SECONDS)
    return pool


def _latest_key(viewer_id: int) -> str:
    return f"tweets:for-you:{viewer_id}"


def _key(viewer_id: int, stamp: str) -> str:
    return f"tweets:for-you:{viewer_id}:{stamp}"
