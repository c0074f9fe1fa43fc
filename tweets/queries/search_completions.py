"""What may come next in the search box: the names of operators, and the values that each can have."""

import re
from dataclasses import dataclass

from django.utils.translation import get_language_info

from social.queries import people_to_name
from social.queries.people import PersonRow
from social.rules import Onlooker
from tweets.queries.hashtags import hashtags_found

MOST = 6
NAMES = (
    "from:", "to:", "since:", "until:", "before:", "after:", "has:", "is:", "filter:", "in:", "lang:",
    "min_likes:", "min_retweets:",
)  # fmt: skip
SHORTEST = 2  # letters of a name: one alone begins too many words
VALUES = {
    "has": ("media", "image", "video", "gif", "link", "poll"),
    "is": ("reply", "quote"),
    "filter": ("follows", "media", "link", "replies", "quotes", "polls"),
    "in": ("bookmarks",),
    "lang": (
        "en",
        "es",
        "pt",
        "fr",
        "de",
        "it",
        "nl",
        "pl",
        "ru",
        "uk",
        "tr",
        "ar",
        "hi",
        "ja",
        "ko",
        "zh-hans",
    ),
}
_LAST = re.compile(r"""(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?P<value>[^\s"“”„:]*)\Z""")


@dataclass(frozen=True, slots=True)
class Completion:
    """A word for the end of what was typed, what it means, and the whole text with it."""

    word: str
    text: str
    about: str = ""
    person: PersonRow | None = None


def completions(viewer: Onlooker, text: str) -> list[Completion] | None:
    """How the last word may go on; None where it is an ordinary word, which people and hashtags begin with.

    Three queries for a person, one for a hashtag, none for what else an operator can have.
    """
    match = _LAST.search(text)
    if match is None or not match[0] or (match.start() and not text[match.start() - 1].isspace()):
        return None
    before, minus, value = text[: match.start()], match["minus"], match["value"]
    name, rest = (match["name"] or "").lower(), value.lower()
    if name in ("from", "to"):
        return _people(
            viewer, before, f"{minus}{name}:", rest.removeprefix("@"), with_me=viewer.id is not None
        )
    if name in VALUES:
        return _values(before, f"{minus}{name}:", name, rest)
    if name or not before.strip() or not value.startswith(("@", "#")):
        return None
    if value[0] == "@":
        return _people(viewer, before, f"{minus}@", rest[1:])
    found = hashtags_found(viewer.id, value, MOST)
    return [Completion(word := f"{minus}#{tag}", before + word) for tag in found]


def names_of_operators(text: str) -> list[Completion]:
    """Operators whose name begins with the last word."""
    match = _LAST.search(text)
    if match is None or match["name"] or len(match["value"]) < SHORTEST:
        return []
    before, minus = text[: match.start()], match["minus"]
    if before and not before[-1].isspace():
        return []
    begun = [name for name in NAMES if name.startswith(match["value"].lower())]
    return [Completion(minus + name, before + minus + name) for name in begun]


def _people(
    viewer: Onlooker, before: str, operator: str, name: str, *, with_me: bool = False
) -> list[Completion]:
    found = []
    if with_me and "me".startswith(name):
        found.append(Completion(f"{operator}me", f"{before}{operator}me"))
    for row in people_to_name(viewer, name, MOST) if name else []:
        word = f"{operator}{row.person.handle}"
        found.append(Completion(word, before + word, row.person.display_name, row))
    return found[:MOST]


def _values(before: str, operator: str, name: str, value: str) -> list[Completion]:
    found = []
    for code in VALUES[name]:
        about = str(get_language_info(code)["name_translated"]) if name == "lang" else ""
        if code.startswith(value) or (value and about.lower().startswith(value)):
            word = operator + code.removesuffix("-hans")
            found.append(Completion(word, before + word, about))
    return found[:MOST]
