"""How one person stands to another, and what follows from it. Pure: no query, no request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Person(Protocol):
    """Anybody with an id: a user row, a person's card, the viewer of the session."""

    @property
    def id(self) -> int: ...


class Onlooker(Protocol):
    """Who looks: a person, or a visitor whose id is None."""

    @property
    def id(self) -> int | None: ...


class FollowStatus(StrEnum):
    """How far the wish to follow somebody has come."""

    NONE = "none"
    REQUESTED = "requested"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class Relation:
    """The viewer's relation to one person, seen from the viewer: `following` means the viewer follows."""

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False

    @property
    def is_blocked(self) -> bool:
        """A block one way or the other: neither sees nor reaches the other."""
        return self.blocking or self.blocked_by

    @property
    def status(self) -> FollowStatus:
        if self.following:
            return FollowStatus.FOLLOWING
        return FollowStatus.REQUESTED if self.requested else FollowStatus.NONE


STRANGER = Relation()


def can_see_follow_lists(
    *, is_oneself: bool, is_private: bool, hides_lists: bool, relation: Relation = STRANGER
) -> bool:
    """Whether the viewer may read whom an account follows and who follows it.

    One's own lists always; never past a block, past the owner's wish to hide them, or, for a private
    account, without following it.
    """
    if is_oneself:
        return True
    return not (hides_lists or relation.is_blocked or (is_private and not relation.following))
