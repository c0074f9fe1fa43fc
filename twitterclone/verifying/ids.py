"""What makes numbers must be ahead of all that it made."""

# ruff: noqa: S608 -- composed of names from the catalogue

import time
from collections.abc import Iterator

from tweets.timelines.buckets import buckets, oldest_valid
from twitterclone.lib.findings import Finding, error, warning
from twitterclone.lib.ids import LEASE_MS, NODES, SHIFT
from twitterclone.lib.redis import FAILURES, client
from twitterclone.verifying.walking import Look, checks, rows

HOUR_MS = 60 * 60 * 1000
_OWNED = """
    SELECT s.oid::regclass::text, t.oid::regclass::text, quote_ident(a.attname)
    FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' ORDER BY 1
"""


@checks.check("ids", "no id will be given twice")
def ids(look: Look) -> Iterator[Finding]:
    """Sequences behind their tables, ids of the future, node numbers that cannot be leased."""
    for sequence, table, column in rows(_OWNED):
        [(highest, last, is_called)] = rows(
            f"SELECT (SELECT max({column}) FROM {table}), last_value, is_called FROM {sequence}"
        )
        if highest is not None and (highest > last or (highest == last and not is_called)):
            yield error(
                f"{sequence} stands at {last}, and {table} has {highest}",
                f"SELECT setval('{sequence}', (SELECT max({column}) FROM {table}))",
            )
    now = time.time_ns() // 1_000_000
    for table in ("tweets", "users", "messages"):
        [(highest,)] = rows(f"SELECT max(id) FROM {table}")
        if highest is not None and highest >> SHIFT > now + HOUR_MS:
            yield error(
                f"{table} has an id of the future: {highest}",
                "set this machine's clock right before anybody writes; ids made until then sort below it",
            )
    yield from _nodes(now)


def _nodes(now: int) -> Iterator[Finding]:
    sql = (
        "SELECT count(*), count(*) FILTER (WHERE leased_until > %s), "
        "count(*) FILTER (WHERE leased_until < %s) FROM id_nodes"
    )
    [(count, beyond, free)] = rows(sql, [now + LEASE_MS + HOUR_MS, now])
    if count != NODES:
        yield error(
            f"id_nodes has {count} rows instead of {NODES}",
            "INSERT INTO id_nodes (node) SELECT generate_series(0, 1023) ON CONFLICT DO NOTHING",
        )
    if beyond:
        yield error(
            f"{beyond} node numbers are leased for longer than leases are",
            "a clock was wrong; with the site stopped: UPDATE id_nodes SET leased_until = 0",
        )
    if count and not free:
        yield error("no node number is free", "end processes that make ids, or wait ten minutes")


@checks.check("clock", "timelines can be built: their clock is ahead of what Redis remembers")
def clock(look: Look) -> Iterator[Finding]:
    """A clock that went back with the database, while Redis did not: builds would be called off."""
    [(last,)] = rows("SELECT last_value FROM timelines_clock")
    try:
        kept = [client("timelines").get(oldest_valid(bucket)) for bucket in buckets()]
    except FAILURES as failure:
        yield warning(
            f"the timelines' Redis does not answer ({type(failure).__name__})", "start it, and look again"
        )
        return
    highest = max((int(token, 16) for token in kept if token), default=0)
    if highest > last:
        yield error(
            f"timelines_clock stands at {last}, Redis remembers {highest}",
            "manage.py rebuild_timelines --anew",
        )
