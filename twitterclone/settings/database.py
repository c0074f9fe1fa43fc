"""How the site connects to PostgreSQL and its replicas, made of an URL."""

from typing import Any

# of PostgreSQL's session. One plan for all values of a prepared statement, those behind foreign keys too:
# beside so many months, planning anew for each takes longer than running
SESSION = {"timezone": "UTC", "lock_timeout": "10s", "plan_cache_mode": "force_generic_plan"}
# a server that vanished without a word is noticed within half a minute instead of two hours
CONNECTION = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def database(
    parsed: dict[str, Any], *, pool: int, pooled: bool = False, prepares: bool = False
) -> dict[str, Any]:
    """Django's words for the database of an URL; what the URL's query says wins over ours.

    `pool` is how many connections a process keeps, `pooled` whether the URL leads to a pooler, `prepares`
    whether that one knows prepared statements.
    """
    given = dict(parsed.get("OPTIONS", {}))
    # a pooler takes no such words, but says them itself: lib/pgbouncer.py
    words = [] if pooled else [f"-c {name}={value}" for name, value in SESSION.items()]
    session = " ".join(part for part in (given.pop("options", ""), *words) if part)
    return {
        **parsed,
        "ENGINE": "psql_partition.backend",
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": {
            **CONNECTION,
            **given,
            "pool": {"min_size": 0, "max_size": pool, "timeout": 10},
            **({"options": session} if session else {}),
            # of statements in lib/prepared.py; behind a pooler each transaction may have another connection
            "prepare_threshold": None if pooled and not prepares else 0,
        },
    }


def replica(parsed: dict[str, Any], primary: dict[str, Any]) -> dict[str, Any]:
    """The same for a standby that is read from; connected to like the primary, but nobody waits for it."""
    options = {**primary["OPTIONS"], **parsed.get("OPTIONS", {})}
    if "target_session_attrs" not in parsed.get("OPTIONS", {}):
        options.pop("target_session_attrs", None)  # the primary's may ask for one that takes writes
    return {
        **primary,
        **parsed,
        "ENGINE": "twitterclone.lib.replica_backend",
        "DISABLE_SERVER_SIDE_CURSORS": True,  # a page falls back to the primary until it has all its rows
        "OPTIONS": {**options, "pool": options["pool"] | {"timeout": 1}},
        "TEST": {"MIRROR": "default"},
    }
