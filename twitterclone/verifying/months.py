"""The months of tweets, and the parts of notifications."""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from django.utils import timezone

from tweets.archive.online import Month
from tweets.partitions import MONTHS_AHEAD
from twitterclone.lib.findings import Finding, error, hint
from twitterclone.verifying.walking import Look, checks, rows

FEWEST_AHEAD = 2
_MONTHS = r"""
    SELECT n.nspname, c.relname, (bound[1])::date, (bound[2])::date
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
        regexp_match(pg_get_expr(c.relpartbound, c.oid), $$\('([0-9-]{10}).*\('([0-9-]{10})$$) AS bound
    WHERE i.inhparent = 'tweets'::regclass AND bound IS NOT NULL ORDER BY 3
"""
_DEFAULTS = """
    SELECT partdefid::regclass::text, partrelid::regclass::text
    FROM pg_partitioned_table WHERE partdefid <> 0 ORDER BY 1
"""
_BOUNDS = """
    SELECT c.oid::regclass::text, pg_get_expr(c.relpartbound, c.oid)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = %s::regclass ORDER BY 1
"""
_LOOSE = """
    SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relname ~ '^tweets_\\d{4}_\\d{2}$' AND c.relkind = 'r'
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
    ORDER BY 1
"""


@checks.check("partitions", "every tweet has a month to lie in, and later ones will have")
def partitions(look: Look) -> Iterator[Finding]:
    """Months that lack, are cut wrongly, overlap, or are detached; parts where nothing belongs."""
    found = [Month(*row) for row in rows(_MONTHS)]
    yield from _spans(found)
    yield from _ahead(found)
    for name, parent in rows(_DEFAULTS):
        if rows(f"SELECT EXISTS (SELECT FROM {name})")[0][0]:
            yield error(
                f"{name}, where nothing belongs, holds rows of {parent}",
                "make the months they belong into and move them there",
            )
    for (name,) in rows(_LOOSE):
        yield error(
            f"{name} is no part of tweets", "attach it (ALTER TABLE tweets ATTACH PARTITION …), or drop it"
        )
    bounds = {bound for _, bound in rows(_BOUNDS, ["notifications"])}
    for wanted in ("false", "true"):
        if not any(f"({wanted})" in bound for bound in bounds):
            yield error(f"notifications has no part for is_read = {wanted}", "restore the table")


def _spans(found: list[Month]) -> Iterator[Finding]:
    for month in found:
        if month.first.day != 1 or month.after != following(month.first):
            yield error(
                f"{month.table} reaches from {month.first} to {month.after}, which is no month",
                "move its rows to a table of a month, and drop it",
            )
    for before, after in pairwise(found):
        if after.first < before.after:
            yield error(f"{before.table} and {after.table} overlap", "detach one and move its rows")
        elif after.first > before.after and before.after <= timezone.now().date():
            yield hint(
                f"no month between {before} and {after}",
                "if it was archived: manage.py restore_tweets brings it back",
            )


def _ahead(found: list[Month]) -> Iterator[Finding]:
    wanted = timezone.now().date().replace(day=1)
    there = {month.first for month in found}
    for number in range(MONTHS_AHEAD + 1):
        if wanted not in there and number <= FEWEST_AHEAD:
            yield error(f"there is no table for {wanted:%Y-%m}", "manage.py partitions")
        wanted = following(wanted)


def following(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
