"""How many rows there are, and whether counters agree with what they count."""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections.abc import Iterator

from twitterclone.lib.findings import Finding, error
from twitterclone.reconciling import reconcile
from twitterclone.verifying.walking import Look, checks, rows, tables


def row_counts(look: Look) -> dict[str, int]:
    """Rows by table, those of a partitioned one together; each counted at a moment of its own."""
    counts: dict[str, int] = {}
    for table in tables():
        look.tell(table.name, 0)
        counts[table.whole] = counts.get(table.whole, 0) + rows(f"SELECT count(*) FROM {table.name}")[0][0]
    return counts


@checks.check("counters", "likes, followers and votes are as many as they are said to be")
def counters(look: Look) -> Iterator[Finding]:
    """Counters that differ from the rows they count, steps not rolled up yet included."""
    report = reconcile(
        dry_run=True, keep=False, batch=look.batch, tell=lambda table, seen, _: look.tell(table, seen)
    )
    fix = "manage.py reconcile_counters"
    for name, gap in report.examples:
        yield error(f"{name} {gap.id}: {gap.kind} said {gap.had}, {gap.truth} counted", fix)
    if more := sum(report.wrong.values()) - len(report.examples):
        yield error(f"{more} more counters are wrong", fix)
