"""What waits for the workers."""

from collections.abc import Iterator

from twitterclone.lib import outbox
from twitterclone.lib.findings import Finding, error, warning
from twitterclone.lib.outbox_handling import label_of
from twitterclone.verifying.walking import SHOWN, Look, checks, rows

LATE = 300  # seconds after which a due event should be done
_PARKED = """
    SELECT id, event, consumer, last_error FROM outbox
    WHERE done_at IS NULL AND available_at = 'infinity' ORDER BY id LIMIT %s
"""
_LATE = """
    SELECT count(*), extract(epoch FROM now() - min(available_at))::bigint FROM outbox
    WHERE done_at IS NULL AND available_at < now() - make_interval(secs => %s)
"""
_FAR = """
    SELECT count(*) FROM outbox WHERE done_at IS NULL
        AND available_at > now() + interval '10 minutes' AND available_at < 'infinity'
"""
_KINDS = "SELECT event, consumer, count(*) FROM outbox WHERE done_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"


@checks.check("outbox", "every event is done, or soon will be")
def waiting(look: Look) -> Iterator[Finding]:
    """Events that are parked, late, put off too far, or that nobody consumes."""
    for row, event, consumer, last_error in rows(_PARKED, [SHOWN]):
        yield error(
            f"outbox {row}: {event} for {consumer} is parked: {last_error[:120] or 'its worker died'}",
            'when what stopped it is repaired: manage.py shell -c "from twitterclone.lib import outbox; '
            'outbox.revive()"',
        )
    [(late, seconds)] = rows(_LATE, [LATE])
    if late:
        yield error(
            f"{late} events wait, the oldest for {seconds} s",
            "start a worker for the queues outbox, fanout and fanout-big, and beat",
        )
    [(far,)] = rows(_FAR)
    if far:
        yield error(
            f"{far} events are put off beyond ten minutes",
            "a clock was wrong: UPDATE outbox SET available_at = now() WHERE done_at IS NULL "
            "AND available_at < 'infinity'",
        )
    known = {label_of(event, name) for event, names in outbox.consumers().items() for name in names}
    for event, consumer, count in rows(_KINDS):
        if label_of(event, consumer) not in known:
            yield warning(
                f"{count} events {event} are for {consumer}, whom nobody knows",
                "the task tidy_outbox closes them in time; they are of another version",
            )
