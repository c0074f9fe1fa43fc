"""What a program asks for, in the words of the person who is asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from twitterclone.lib.api.scopes import SCOPES, covers

ICONS = {"write": "pencil", "follow": "user-plus", "push": "bell", "profile": "user"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of the question."""

    scope: str
    text: object
    icon: str


def explained(scopes: Iterable[str]) -> list[Explained]:
    """A line for each scope, those left out that a broader one includes."""
    asked = set(scopes)
    shown = [scope for scope in SCOPES if scope in asked and not covers(asked - {scope}, scope)]
    return [Explained(scope, SCOPES[scope], ICONS.get(scope.partition(":")[0], "search")) for scope in shown]
