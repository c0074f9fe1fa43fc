"""The statements of the outbox. `attempts` counts beginnings; `available_at` infinity means parked."""

# ruff: noqa: S608 -- composed of constants only

_LATER = "now() + make_interval(secs => least(300, power(2, attempts)))"
_LABEL = "event || ' ' || consumer"

INSERT = """
    INSERT INTO outbox (event, payload, once, consumer) SELECT %s, %s::jsonb, %s, unnest(%s::text[])
    ON CONFLICT (once, consumer) WHERE once IS NOT NULL DO NOTHING
"""
INSERT_ALL = """
    INSERT INTO outbox (event, payload, consumer)
    SELECT %s, payload::jsonb, consumer FROM unnest(%s::text[]) WITH ORDINALITY AS told (payload, place),
        unnest(%s::text[]) AS consumer
    ORDER BY place
"""

# behind a WITH list that ends with `changed`
TOLD = """
    , told AS (INSERT INTO outbox (event, payload, consumer)
        SELECT %(event)s, %(payload)s::jsonb, consumer FROM unnest(%(consumers)s::text[]) AS consumer
        WHERE EXISTS (SELECT FROM changed))
"""
CHANGED = " SELECT count(*) FROM changed"

# The row that waits longest; when it is volatile and new, others like it with it. A row that was begun
# before and is still open failed or killed its worker: it steps behind the others before it is tried again.
# Losing this count in a crash of the server does no harm, so no commit waits.
CLAIM = f"""
    WITH first AS MATERIALIZED (
        SELECT id, attempts = 0 AND {_LABEL} = ANY(%(volatile)s::text[]) AS has_company FROM outbox
        WHERE done_at IS NULL AND available_at <= now() AND {_LABEL} = ANY(%(willing)s::text[])
        ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), others AS MATERIALIZED (
        SELECT id FROM outbox
        WHERE (SELECT has_company FROM first) AND done_at IS NULL AND available_at <= now() AND attempts = 0
            AND {_LABEL} = ANY(%(volatile)s::text[])
        ORDER BY available_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET attempts = attempts + 1, available_at = CASE
        WHEN attempts = 0 THEN available_at
        WHEN attempts >= %(max)s THEN 'infinity'
        ELSE {_LATER} END
    WHERE id IN (SELECT id FROM first UNION SELECT id FROM others)
    RETURNING id, event, consumer, payload::text, set_config('synchronous_commit', 'off', true)
"""
# What a consumer writes and that it is done are lost together, if at all: so no commit waits here either.
LOCK = """
    SELECT id, set_config('statement_timeout', '60s', true), set_config('synchronous_commit', 'off', true)
    FROM outbox WHERE id = ANY(%s) AND done_at IS NULL FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE outbox SET done_at = clock_timestamp(), last_error = '' WHERE id = ANY(%s)"
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
DUE = f"""
    SELECT EXISTS (
        SELECT FROM outbox WHERE done_at IS NULL AND available_at <= now() AND {_LABEL} = ANY(%s::text[]))
"""
OPEN = "SELECT count(*) FROM outbox WHERE done_at IS NULL"
PARKED = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND available_at = 'infinity'"
