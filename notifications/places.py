"""Places in somebody's notifications, as links name them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from twitterclone.lib.errors import BadRequest
from twitterclone.lib.ids import EPOCH
from twitterclone.lib.pagination import parse_id

MICROSECOND = timedelta(microseconds=1)
MOST_MICROSECONDS = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Position:
    """A place in somebody's notifications: when a line was last added to, and its id."""

    moment: datetime
    id: int

    @classmethod
    def parse(cls, text: str | None) -> "Position | None":
        """The place a link names, None when it names none; refuses anything else (BadRequest)."""
        if not text:
            return None
        moment, _, identifier = text.partition("-")
        number = parse_id(identifier)
        if number is None:
            raise BadRequest
        return cls(_moment(moment), number)

    def __str__(self) -> str:
        return f"{_microseconds(self.moment)}-{self.id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins: after a line, among those that were or were not `unread` at `opened`.

    `opened` is when the first page was made. What was unread then stands first, also on later pages, though
    looking at the first one marks it as read.
    """

    after: Position
    unread: bool
    opened: datetime

    @classmethod
    def parse(cls, text: str | None) -> "Place | None":
        """As `Position.parse`."""
        if not text:
            return None
        parts = text.split("-")
        if len(parts) != 4 or parts[2] not in ("0", "1"):
            raise BadRequest
        after = Position.parse("-".join(parts[:2]))
        if after is None:
            raise BadRequest
        return cls(after, parts[2] == "1", _moment(parts[3]))

    def __str__(self) -> str:
        return f"{self.after}-{int(self.unread)}-{_microseconds(self.opened)}"


def _moment(text: str) -> datetime:
    microseconds = parse_id(text)
    if microseconds is None or microseconds > MOST_MICROSECONDS:
        raise BadRequest
    return EPOCH + microseconds * MICROSECOND


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
