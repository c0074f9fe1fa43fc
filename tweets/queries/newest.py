"""A home timeline's entries among the newest tweets of the site: one statement, planned once.

Most first pages are there, so that who comes back waits for no plan and for no window too wide.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from twitterclone.lib import prepared
from twitterclone.lib.ids import id_at, latest_moment

NEWEST = 1000  # tweets of the site that are looked through; a page's worth for who follows a fiftieth of it
LONGEST = timedelta(days=30)  # where fewer than these were posted in it
SOONEST, LATEST = 1.0, 60.0  # seconds between two looks at how far back they reach

_REACH = """
    SELECT created_at FROM tweets WHERE created_at >= %(oldest)s AND created_at <= %(latest)s
    ORDER BY created_at DESC OFFSET %(newest)s LIMIT 1
"""
# The bounds of ids say nothing new, but let the planner see how few tweets are meant.
_ENTRIES = """
    SELECT id FROM timeline
    WHERE viewer_id = %(viewer)s AND created_at >= %(since)s AND created_at <= %(until)s
        AND id >= %(lowest)s AND id < %(before)s
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class _Reach:
    """What was seen, and how long that serves."""

    span: timedelta
    until: float


_seen: dict[int, _Reach] = {}


def reach(newest: int = 0, longest: timedelta = LONGEST) -> timedelta:
    """How long ago the thousandth newest tweet was posted (or the `newest`th), lately, and at most."""
    number = newest or NEWEST
    seen = _seen.get(number)
    if seen is None or time.monotonic() >= seen.until:
        now = datetime.now(UTC)
        values = {"oldest": now - longest, "latest": latest_moment(), "newest": number}
        found = prepared.rows(_REACH, values)
        span = now - found[0][0] if found else longest
        # by a fourth more may have come by then
        seconds = min(max(span.total_seconds() / 4, SOONEST), LATEST)
        seen = _seen[number] = _Reach(span, time.monotonic() + seconds)
    return seen.span


def newest_entries(viewer_id: int, since: datetime, until: datetime, before: int, limit: int) -> list[int]:
    """The newest entries of the span with ids below `before`, newest first."""
    values = {"viewer": viewer_id, "since": since, "until": until, "limit": limit}
    return [pk for (pk,) in prepared.rows(_ENTRIES, values | {"lowest": id_at(since), "before": before})]
