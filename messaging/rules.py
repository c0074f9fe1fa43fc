"""Who may write to whom. Pure: no query, no request."""

from enum import StrEnum
from typing import Final

TEXT_LENGTH: Final = 10_000
MOST_PICTURES: Final = 4
MOST_UNANSWERED: Final = 5  # messages somebody may send who has not been accepted yet


class Way(StrEnum):
    """How a message would arrive: in the inbox, among the requests, or not at all."""

    STRAIGHT = "straight"
    REQUEST = "request"
    CLOSED = "closed"


def way_to(*, policy: str, has_accepted: bool, follows_sender: bool, is_blocked: bool) -> Way:
    """How a message to somebody arrives whose setting is `policy`.

    Never past a block; always where they accepted the conversation. Otherwise everyone's goes straight
    for "everyone", that of people they follow for "following", where others ask first; "nobody" is nobody.
    """
    if is_blocked:
        return Way.CLOSED
    if has_accepted or policy == "everyone":
        return Way.STRAIGHT
    if policy == "following":
        return Way.STRAIGHT if follows_sender else Way.REQUEST
    return Way.CLOSED
