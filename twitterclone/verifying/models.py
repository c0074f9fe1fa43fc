"""Whether the tables are there that the site has rows in."""

from collections.abc import Iterator

from django.db import connection

from twitterclone.lib.findings import Finding, error
from twitterclone.verifying.walking import Look, checks, rows

_THERE = """
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(oid)
"""


@checks.check("tables", "every table of the models is there")
def missing(look: Look) -> Iterator[Finding]:
    """Tables that are gone, with all their rows."""
    there = {name for (name,) in rows(_THERE)}
    for name in sorted(set(connection.introspection.django_table_names()) - there):
        yield error(
            f"the table {name} is gone",
            "restore the database of the moment before: make stop, make restore ARGS=\"--to 'TIME'\" "
            "(docs/operations/disaster-recovery.md)",
        )
