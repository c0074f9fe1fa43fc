"""How far the database was when somebody last wrote: a number of bytes of its log, in Redis for ten seconds.

By person and not by session, so that what is sent by one device or program is there when another asks.
"""

import logging
from functools import cache

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from redis.commands.core import Script

from twitterclone.lib.redis import FAILURES, client, key

NOWHERE = 1 << 63
SECONDS = 10  # a replica so far behind is not used anyway: settings.REPLICA_MAX_SECONDS is less
# Two requests that end together may come here in either order. The numbers are compared as texts of one
# length, since Lua's own are exact up to 2^53 only.
_NOTE = """
    local known = redis.call('GET', KEYS[1])
    if not known or known < ARGV[1] then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    else redis.call('EXPIRE', KEYS[1], ARGV[2]) end
"""
# Where the last record ends. On a new page of the log the next one would begin behind the page's header, 24
# bytes or a segment's 40: no replica comes there before there is such a record.
HERE = """
    WITH log AS (
        SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS here,
            pg_size_bytes(current_setting('wal_segment_size')) AS segment,
            current_setting('wal_block_size')::bigint AS page)
    SELECT CASE WHEN here %% segment = 40 THEN here - 40
        WHEN here %% page = 24 AND here %% segment > page THEN here - 24 ELSE here END
    FROM log
"""

log = logging.getLogger(__name__)


def note_write(user_id: int) -> None:
    """Remembers that this person has written up to now.

    While Redis is down nothing is remembered, and `needed_by` says so. A database that went away after the
    write leaves no replica far enough.
    """
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(HERE, [])
            (here,) = cursor.fetchone()
    except OperationalError:
        here = NOWHERE
    try:
        _script()(keys=[_name(user_id)], args=[f"{here:020}", SECONDS], client=client("sessions"))
    except FAILURES:
        log.warning("a write was not noted: what %s reads next may be from before it", user_id)


def needed_by(user_id: int | None) -> int | None:
    """How far a replica must be to serve this person; None when that cannot be known now."""
    if user_id is None:
        return 0
    try:
        found = client("sessions").get(_name(user_id))
    except FAILURES:
        return None
    return int(found) if found else 0


def _name(user_id: int) -> str:
    return key("wrote", user_id)


@cache
def _script() -> Script:
    return client("sessions").register_script(_NOTE)
