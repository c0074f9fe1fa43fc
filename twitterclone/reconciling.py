"""Counters against what counting says: finds the wrong ones, mends them, keeps a report.

A batch is one statement, so stored counter, steps not yet rolled up and the counted rows are of one moment:
whoever likes meanwhile is in all of them or in none. What is wrong is mended by one more step, which adds up
with the steps of others whatever their order; no row of a tweet or a user is locked.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from django.db import connection, transaction

from tweets.partitions import tables
from tweets.timelines import freshness
from twitterclone.lib.reports import keep_report, last_report

BATCH = 10_000
EXAMPLES = 100  # kept in the report
LOCK = 7_203_103  # any number that no other advisory lock of the project uses
REPORT = "reconcile"

_PENDING = """
    pending AS (SELECT {owner} AS id, kind, sum(delta) AS n FROM {steps}
        WHERE {owner} BETWEEN %(first)s AND %(last)s GROUP BY 1, 2),
    gaps AS (
        SELECT id, kind, stored.n + coalesce(pending.n, 0) AS had, coalesce(truth.n, 0) AS truth
        FROM stored LEFT JOIN pending USING (id, kind) LEFT JOIN truth USING (id, kind)
        WHERE stored.n + coalesce(pending.n, 0) <> coalesce(truth.n, 0))
"""
# a step is a smallint: what is larger takes several
_MEND = """
    , mended AS (INSERT INTO {steps} ({owner}, kind, delta)
        SELECT id, kind, sign(truth - had) * least(abs(truth - had) - 32000 * part, 32000)
        FROM gaps, generate_series(0, (abs(truth - had) - 1) / 32000) AS part)
"""
_GAPS = " SELECT id, kind, had, truth FROM gaps ORDER BY id, kind"
_TWEETS = """
    WITH stored AS (
        SELECT id, kind, n FROM {table}, LATERAL (VALUES ('likes', likes_count),
            ('retweets', retweets_count), ('replies', replies_count), ('quotes', quotes_count)) AS v (kind, n)
        WHERE id BETWEEN %(first)s AND %(last)s),
    truth AS (
        SELECT tweet_id AS id, 'likes' AS kind, count(*) AS n FROM likes
            WHERE tweet_id BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL SELECT tweet_id, 'retweets', count(*) FROM retweets
            WHERE tweet_id BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL SELECT in_reply_to_id, 'replies', count(*) FROM tweets
            WHERE in_reply_to_id BETWEEN %(first)s AND %(last)s
              AND created_at >= tid_time(%(first)s) AND deleted_at IS NULL AND hidden_at IS NULL GROUP BY 1
        UNION ALL SELECT quote_of_id, 'quotes', count(*) FROM tweets
            WHERE quote_of_id BETWEEN %(first)s AND %(last)s
              AND created_at >= tid_time(%(first)s) AND deleted_at IS NULL AND hidden_at IS NULL GROUP BY 1),
"""
_USERS = """
    WITH stored AS (
        SELECT id, kind, n FROM {table}, LATERAL (VALUES ('followers', followers_count),
            ('following', following_count), ('tweets', tweets_count)) AS v (kind, n)
        WHERE id BETWEEN %(first)s AND %(last)s),
    truth AS (
        SELECT following_id AS id, 'followers' AS kind, count(*) AS n FROM follows
            WHERE following_id BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL SELECT follower_id, 'following', count(*) FROM follows
            WHERE follower_id BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL SELECT author_id, 'tweets', count(*) FROM tweets
            WHERE author_id BETWEEN %(first)s AND %(last)s
              AND deleted_at IS NULL AND hidden_at IS NULL GROUP BY 1),
"""
# polls have no steps: a vote holds the poll's row, and so does the mending
_HOLD = "SELECT id FROM polls WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id FOR NO KEY UPDATE"
_POLLS = """
    WITH voted AS (
        SELECT o.poll_id, o.id AS option_id, o.votes_count, v.user_id
        FROM {table} p JOIN poll_options o ON o.poll_id = p.id LEFT JOIN poll_votes v ON v.option_id = o.id
        WHERE p.id BETWEEN %(first)s AND %(last)s),
    gaps AS (
        SELECT option_id AS id, 'votes' AS kind, votes_count AS had, count(user_id) AS truth
        FROM voted GROUP BY option_id, votes_count HAVING votes_count <> count(user_id)
        UNION ALL
        SELECT p.id, 'voters', p.voters_count, count(DISTINCT user_id)
        FROM polls p JOIN voted ON voted.poll_id = p.id
        GROUP BY p.id, p.voters_count HAVING p.voters_count <> count(DISTINCT user_id))
"""
_MEND_POLLS = """
    , options AS (UPDATE poll_options SET votes_count = truth FROM gaps
        WHERE kind = 'votes' AND poll_options.id = gaps.id)
    , mended AS (UPDATE polls SET voters_count = truth FROM gaps
        WHERE kind = 'voters' AND polls.id = gaps.id)
"""
_NEXT = """
    SELECT count(*), min(id), max(id) FROM (
        SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s) AS batch
"""


class Gap(NamedTuple):
    """A counter that was wrong; of a poll's answer, the answer's id."""

    id: int
    kind: str
    had: int
    truth: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one sort of rows is compared, and how it is mended."""

    name: str
    compare: str
    mend: str
    hold: str = ""


@dataclass(slots=True)
class Report:
    """What a run found: rows looked at by table, wrong counters by kind, and some of them."""

    dry_run: bool
    complete: bool = False
    seconds: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    examples: list[tuple[str, Gap]] = field(default_factory=list)


def _stepped(name: str, compare: str, owner: str, steps: str) -> _Kind:
    names = {"owner": owner, "steps": steps}
    return _Kind(name, compare + _PENDING.format(**names), _MEND.format(**names))


_KINDS = (
    _stepped("users", _USERS, "user_id", "user_counter_deltas"),
    _stepped("tweets", _TWEETS, "tweet_id", "tweet_counter_deltas"),
    _Kind("polls", _POLLS, _MEND_POLLS, _HOLD),
)


def reconcile(
    *,
    dry_run: bool = False,
    batch: int = BATCH,
    keep: bool = True,
    tell: Callable[[str, int, int], object] = lambda *_: None,
) -> Report:
    """Compares every counter of users, tweets and polls with the rows it counts; mends and reports.

    `tell` hears of each batch: the table, rows looked at in it, wrong counters so far. What was found is kept
    as a report however the run ends, unless `keep` is false. Each batch stands for itself: a run that was
    broken off lost nothing, and another one finds what is left.
    """
    report, begun = Report(dry_run), time.monotonic()
    try:
        for kind in _KINDS:
            for table in tables() if kind.name == "tweets" else [kind.name]:
                for seen, gaps in _batches(kind, table, batch, dry_run):
                    _note(report, kind.name, seen, gaps)
                    tell(table, seen, sum(report.wrong.values()))
        report.complete = True
    finally:
        report.seconds = round(time.monotonic() - begun, 1)
        if keep:
            keep_report(REPORT, asdict(report))
    return report


def last_wrong() -> dict[str, int]:
    """The wrong counters of the newest report, by kind; nothing without a report."""
    found = last_report(REPORT)
    return found["wrong"] if found else {}


def _batches(kind: _Kind, table: str, size: int, dry_run: bool) -> Iterator[tuple[int, list[Gap]]]:
    """(rows looked at, what was wrong), batch by batch, each in a transaction of its own."""
    last = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_NEXT.format(table=table), [last, size])
            seen, first, last = cursor.fetchone()
            if not seen:
                return
            span = {"first": first, "last": last}
            if not dry_run:
                # of two runs the second must see what the first mended
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                if kind.hold:
                    cursor.execute(kind.hold, span)
            mend = "" if dry_run else kind.mend
            cursor.execute(kind.compare.format(table=table) + mend + _GAPS, span)
            gaps = [Gap(*row) for row in cursor.fetchall()]
        if gaps and kind.name == "tweets" and not dry_run:
            freshness.forget(counts={gap.id for gap in gaps})
        yield seen, gaps


def _note(report: Report, name: str, seen: int, gaps: list[Gap]) -> None:
    report.rows[name] = report.rows.get(name, 0) + seen
    for gap in gaps:
        key = f"{name}.{gap.kind}"
        report.wrong[key] = report.wrong.get(key, 0) + 1
        if len(report.examples) < EXAMPLES:
            report.examples.append((name, gap))
