"""The statements of the outbox. `attempts` counts beginnings; `available_at` infinity means parked."""

# ruff: noqa: S608 -- composed of constants only

_LATER = "now() + make_interval(secs => least(300, power(2, attempts)))"
_LABEL = "event || ' ' || consumer"

INSERT = "INSERT INTO outbox (event, consumer, payload) SELECT %s, unnest(%s::text[]), %s::jsonb"

# A row that was begun before and is still open failed or killed its worker: it steps behind the others
# before it is tried again. Losing this count in a crash of the server does no harm, so no commit waits.
CLAIM = f"""
    UPDATE outbox SET attempts = attempts + 1, available_at = CASE
        WHEN attempts = 0 THEN available_at
        WHEN attempts >= %(max)s THEN 'infinity'
        ELSE {_LATER} END
    WHERE id = (
        SELECT id FROM outbox
        WHERE done_at IS NULL AND available_at <= now() AND {_LABEL} = ANY(%(willing)s::text[])
        ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, event, consumer, payload, set_config('synchronous_commit', 'off', true)
"""
LOCK = """
    SELECT set_config('statement_timeout', '60s', true) FROM outbox
    WHERE id = %s AND done_at IS NULL FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE outbox SET done_at = now(), last_error = '' WHERE id = %s"
FAILED = f"""
    UPDATE outbox SET last_error = %(error)s,
        available_at = CASE WHEN attempts >= %(max)s THEN 'infinity' ELSE {_LATER} END
    WHERE id = %(id)s
"""
# what is down is not the event's fault
WAIT = """
    UPDATE outbox SET last_error = %s, attempts = greatest(0, attempts - 1),
        available_at = now() + interval '1 second'
    WHERE id = %s
"""
REOPEN = f"""
    UPDATE outbox SET done_at = NULL, attempts = 0, available_at = now()
    WHERE {_LABEL} = ANY(%s::text[]) AND done_at > now() - make_interval(secs => %s)
"""
HURRY = f"""
    UPDATE outbox SET available_at = now()
    WHERE {_LABEL} = ANY(%s::text[]) AND done_at IS NULL
        AND available_at > now() AND available_at < 'infinity'
"""
REVIVE = """
    UPDATE outbox SET attempts = 0, available_at = now()
    WHERE done_at IS NULL AND available_at = 'infinity'
"""
CLOSE_UNKNOWN = f"""
    UPDATE outbox SET done_at = now(), last_error = 'nobody consumes this'
    WHERE done_at IS NULL AND {_LABEL} <> ALL(%s::text[]) AND created_at < now() - %s::interval
"""
TIDY = """
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE done_at < now() - interval '1 hour' LIMIT 10000 FOR UPDATE SKIP LOCKED)
"""
OPEN = "SELECT count(*) FROM outbox WHERE done_at IS NULL"
PARKED = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND available_at = 'infinity'"
