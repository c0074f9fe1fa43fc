"""Indexes and tables as PostgreSQL's amcheck reads them, page by page."""

# ruff: noqa: S608 -- composed of names from the catalogue

from collections.abc import Iterator

from django.db import DatabaseError

from twitterclone.lib.findings import Finding, error, warning
from twitterclone.verifying.walking import Look, checks, reading, rows, tables

NEEDED = ("bt_index_check", "verify_heapam")
_TREES = """
    SELECT i.indexrelid::regclass::text, i.indexrelid::bigint, am.amname FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
    WHERE i.indrelid = %s::regclass AND i.indisvalid AND am.amname = ANY(%s) ORDER BY 1
"""
_FUNCTIONS = """
    SELECT p.proname, p.pronargs, has_function_privilege(p.oid, 'EXECUTE')
    FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
    WHERE e.extname = 'amcheck'
"""
GRANT = (
    "as the server's administrator, in this database: CREATE EXTENSION IF NOT EXISTS amcheck; then for each "
    "function of it (\\dx+ amcheck) GRANT EXECUTE ON FUNCTION … TO the site's role"
)


@checks.check("pages", "tables and indexes can be read, and agree; all of each index with --deep")
def damaged(look: Look) -> Iterator[Finding]:
    """What amcheck finds broken. Takes no lock that keeps anybody from reading or writing."""
    may = {(name, count): allowed for name, count, allowed in rows(_FUNCTIONS)}
    if missing := [name for name in NEEDED if not any(may[key] for key in may if key[0] == name)]:
        why = "is not installed" if not may else f"may not be used ({', '.join(missing)})"
        yield warning(f"pages were not looked at: the extension amcheck {why}", GRANT)
        return
    has_three = may.get(("bt_index_check", 3), False)
    has_gin = look.deep and any(allowed for (name, _), allowed in may.items() if name == "gin_index_check")
    for table in tables():
        look.tell(table.name, 0)
        yield from _told(f"table {table.name}", _heap(table.name, look.deep), "restore it from a backup")
        for index, oid, method in rows(_TREES, [table.name, ["btree", *(["gin"] if has_gin else [])]]):
            look.tell(index, 0)
            if method == "gin":
                call = f"SELECT gin_index_check({oid}::regclass)"
            else:
                call = f"SELECT bt_index_check({oid}::regclass, {look.deep}"
                call += f", {look.deep})" if has_three else ")"
            yield from _told(f"index {index}", call, f"REINDEX INDEX CONCURRENTLY {index}")


def _heap(name: str, deep: bool) -> str:
    """Lines of what is wrong in the table; out-of-line values too when there is time for it."""
    return (
        "SELECT format('page %%s, row %%s: %%s', blkno, offnum, msg) "
        f"FROM verify_heapam('{name}'::regclass, check_toast => {deep}) LIMIT 20"
    )


def _told(what: str, call: str, fix: str) -> Iterator[Finding]:
    """Runs a check that answers with lines, or raises at the first damage."""
    try:
        with reading() as cursor:
            cursor.execute(call, [])
            problems = [line for (line,) in cursor.fetchall() if line]
    except DatabaseError as failure:
        problems = [str(failure).splitlines()[0]]
    for problem in problems:
        yield error(f"{what}: {problem}", fix)
