"""What PostgreSQL's planner believes of the tables, made true again after much was changed in them."""

from contextlib import suppress

from django.db import OperationalError, connection

MANY, SHARE = 500, 0.1  # rows changed since the last ANALYZE, and which part of the table they are

# the counts of this very session are told to the others only now and then
_TELL = "SELECT pg_stat_force_next_flush()"
_STALE = """
    SELECT s.schemaname, s.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE')
        AND s.n_mod_since_analyze > %s + %s * greatest(c.reltuples, 0)
    ORDER BY 1, 2
"""


def stale_tables() -> list[tuple[str, str]]:
    """Schema and name of each of our tables of which a good part changed since it was last analysed."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL)
        cursor.execute(_STALE, [MANY, SHARE])
        return [(schema, name) for schema, name in cursor.fetchall()]


def refresh_statistics() -> list[str]:
    """Analyses those, as autovacuum would when it comes by; returns their names.

    Nobody is kept from reading or writing meanwhile, and a table that is being vacuumed is passed over. A
    database that went away is left to autovacuum: what was done before has its own word to say of that.
    """
    done: list[str] = []
    with suppress(OperationalError):
        for schema, name in stale_tables():
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE (SKIP_LOCKED) {_quoted(schema)}.{_quoted(name)}")
            done.append(name)
    return done


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
