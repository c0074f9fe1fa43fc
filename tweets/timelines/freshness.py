"""What must not be shown from memory any more, said right after the commit that changed it."""

from typing import Any

from django.db import transaction

from tweets.timelines import cards
from tweets.timelines.reader import ask


def forget(**what: Any) -> None:
    """As `cards.forget`; costs nothing while Redis is down, when nothing is shown from there either."""
    ask(lambda: cards.forget(**what))


def forget_after_commit(**what: Any) -> None:
    transaction.on_commit(lambda: forget(**what))
