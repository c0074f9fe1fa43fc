"""Telling of what is new in the searches people keep."""

from time import monotonic

from notifications import notifiers
from notifications.audience import mentioned_in
from notifications.delivery import tell
from tweets.models import SavedSearch
from tweets.queries.saved_searches import new_in
from tweets.services.saved_searches import look_at_next

MOST = 1000  # searches in one round
TOLD = 5  # tweets of a search in one round: its line is one, and leads to all of them


def alert_searches(*, seconds: float) -> int:
    """Looks at the searches that are due, for so long at most; returns at how many. The rest comes next.

    A tweet is told once however often it is found; a search's tweets share a line until it is read.
    """
    looked, end = 0, monotonic() + seconds
    while looked < MOST and monotonic() < end and look_at_next(_tell_of):
        looked += 1
    return looked


def _tell_of(search: SavedSearch) -> None:
    for tweet in reversed(new_in(search, TOLD)):
        tell(notifiers.of_search(search, tweet, mentioned_in(tweet.pk)))
