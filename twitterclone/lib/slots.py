"""Places in HTML that is kept: drawn once for everybody, and filled for each reader with what is theirs.

Templates are drawn with slots in place of values, so they stay the only source of the HTML. A slot is
text between two NULs, which no stored text can contain.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

EDGE, OR = "\0", "\1"


class Slot(str):
    """A value that is not known yet; template tags and filters that meet one leave its place open."""

    __slots__ = ()


class SlotTime(datetime):
    """A moment whose words depend on when they are read."""


def place(name: str) -> SafeString:
    """The open place itself, as templates write it."""
    return mark_safe(f"{EDGE}{name}{EDGE}")  # noqa: S308 -- a name of ours, never a person's text


def either(name: str, yes: str, no: str) -> SafeString:
    """A place that will hold one of two pieces of HTML."""
    return mark_safe(f"{EDGE}{name}{OR}{yes}{OR}{no}{EDGE}")  # noqa: S308 -- the caller escapes both


def parts_of(drawn: str) -> list[str]:
    """The HTML cut at its places: text and the name of a place in turn."""
    return drawn.split(EDGE)


def filled(parts: list[str], value: Callable[[str], str]) -> str:
    """The HTML with each place taken by its value; what is given is HTML already."""
    whole = parts.copy()
    whole[1::2] = [value(name) for name in parts[1::2]]
    return "".join(whole)
