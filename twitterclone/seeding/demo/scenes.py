"""Reads what the characters say from scenes.txt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCENES_FILE = Path(__file__).with_name("scenes.txt")
MINUTES = {"m": 1, "h": 60, "d": 60 * 24}
_HEAD = re.compile(r"^@(?P<who>[a-z0-9_]+) (?P<ago>\d+[mhd](?:[+-]\d+m)?)(?P<rest>( .*)?)$")
_PART = re.compile(r"(?P<name>>|\"|[a-z]+=) ?(?P<value>\S+)")


@dataclass(frozen=True, kw_only=True)
class Say:
    """`key` names a tweet for others to answer (`to`) or quote (`quotes`); `ago` is in minutes."""

    who: str
    ago: int
    text: str
    key: str = ""
    to: str = ""
    quotes: str = ""
    language: str = "en"
    likes: int = 3
    retweeted_by: tuple[str, ...] = ()
    warning: str = ""
    picture: str = ""


def scenes() -> Iterator[Say]:
    """Everything that is said, in the order of the file."""
    head, text = None, list[str]()
    for line in SCENES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith(";"):
            continue
        if found := _HEAD.match(line):
            if head:
                yield _say(head, text)
            head, text = found, []
        else:
            text.append(line)
    if head:
        yield _say(head, text)


def _say(head: re.Match[str], text: list[str]) -> Say:
    parts = {part["name"].rstrip("="): part["value"] for part in _PART.finditer(head["rest"])}
    again = parts.get("again", "")
    return Say(
        who=head["who"],
        ago=_minutes(head["ago"]),
        text="\n".join(text).strip(),
        key=parts.get("key", ""),
        to=parts.get(">", ""),
        quotes=parts.get('"', ""),
        language=parts.get("lang", "en"),
        likes=int(parts.get("likes", 3)),
        retweeted_by=tuple(again.split(",")) if again else (),
        warning=parts.get("warning", ""),
        picture=parts.get("picture", ""),
    )


def _minutes(ago: str) -> int:
    """Of "20m", "3h", "6d-70m"."""
    return sum(int(number) * MINUTES[unit] for number, unit in re.findall(r"([+-]?\d+)([mhd])", ago))
