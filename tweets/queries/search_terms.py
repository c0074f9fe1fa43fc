"""What somebody typed into the search box, taken apart. Pure and linear in time.

    rain "in the morning" #garden @bob -snow from:alice since:2026-01-31 has:media lang:en min_likes:10

A word with a colon that is no operator is an ordinary word. What cannot be searched for is left out with a
note that says so, never refused: only a text that is far too long is.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import can_be_username
from twitterclone.lib.errors import DomainError
from twitterclone.lib.text import clean_name, hashtag_key

LONGEST = 300
MOST_TERMS = 20

Kind = Literal[
    "word", "phrase", "hashtag", "mention", "from", "to", "in",
    "since", "until", "has", "lang", "min_likes", "min_retweets",
]  # fmt: skip
ANCHORS: frozenset[str] = frozenset({"word", "phrase", "hashtag", "mention", "from", "to", "in"})
OWN = frozenset({("in", "bookmarks"), ("has", "follows")})
HAS = {
    "media": "media", "image": "image", "images": "image", "photo": "image", "photos": "image",
    "video": "video", "videos": "video", "gif": "gif", "gifs": "gif", "poll": "poll", "polls": "poll",
    "reply": "reply", "replies": "reply", "quote": "quote", "quotes": "quote",
    "link": "link", "links": "link", "url": "link", "follows": "follows",
}  # fmt: skip

_TOKEN = re.compile(
    r"(?P<minus>-?)(?:(?P<name>[A-Za-z_]+):)?"
    r'(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<word>[^\s"“”„]+))'
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,4})?")
_NUMBER = re.compile(r"[0-9]{1,9}")
_COUNTS: dict[str, Kind] = {
    "min_likes": "min_likes",
    "min_faves": "min_likes",
    "min_retweets": "min_retweets",
}
_DAYS = frozenset({"since", "after", "until", "before"})
_HANDLED = frozenset({"from", "to", "in", "has", "is", "filter", "lang", *_DAYS, *_COUNTS})


class SearchTooLong(DomainError):
    code = "search_too_long"
    message = gettext_lazy("This is too much to search for at once. Use at most 300 characters and 20 words.")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a tweet must have, or with `wanted` False must not have."""

    kind: Kind
    value: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Search:
    """The cleaned text, its terms, and what could not be understood of it, in the reader's language."""

    text: str
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Nothing to look for: no term, or only such as narrow a search without beginning one."""
        return not any(term.wanted and term.kind in ANCHORS for term in self.terms)

    @property
    def is_personal(self) -> bool:
        """Whether it asks for what is somebody's own: nobody finds that without signing in."""
        return any(
            term.kind == "in" or (term.value == "follows" and term.kind == "has") for term in self.terms
        )

    @property
    def names(self) -> str:
        """What of it may be the name of a person."""
        kinds = ("word", "phrase", "mention", "from")
        return " ".join(term.value for term in self.terms if term.wanted and term.kind in kinds)

    def values(self, kind: Kind) -> list[str]:
        """The values of the wanted terms of a kind."""
        return [term.value for term in self.terms if term.kind == kind and term.wanted]


def search_of(text: str) -> Search:
    """The search that a text means; refuses one that is too long (SearchTooLong)."""
    if len(text) > LONGEST:
        raise SearchTooLong
    text = clean_name(text)
    notes: list[str] = []
    terms = tuple(dict.fromkeys(term for match in _TOKEN.finditer(text) for term in _terms(match, notes)))
    if len(terms) > MOST_TERMS:
        raise SearchTooLong
    search = Search(text, terms, tuple(dict.fromkeys(notes)))
    if text and search.is_empty and not notes:
        return Search(text, terms, (_("Add a word, a #hashtag or from:somebody to look for."),))
    return search


def _terms(match: re.Match[str], notes: list[str]) -> Iterator[Term]:
    name, wanted = (match["name"] or "").lower(), not match["minus"]
    if name not in _HANDLED:
        written = match[0].removeprefix("-")
        phrase = match["phrase"] if not name else None
        yield from _words(written if phrase is None else phrase, wanted, notes, phrase is not None)
        return
    value = (match["word"] or match["phrase"] or "").strip()
    if name in ("from", "to"):
        yield from _person(name, value.removeprefix("@").lower(), wanted, notes)
    elif name in _DAYS:
        yield from _day(name, value, notes)
    elif name == "lang":
        yield from _language(value.lower(), wanted, notes)
    elif name in _COUNTS:
        yield from _count(name, value, wanted, notes)
    elif name == "in":
        yield from _place(match[0], value.lower(), wanted, notes)
    elif kind := HAS.get(value.lower()):
        yield Term("has", kind, wanted)
    else:
        notes.append(_("%(term)s is not known. Try has:media, has:link or is:reply.") % {"term": match[0]})


def _words(text: str, wanted: bool, notes: list[str], is_phrase: bool) -> Iterator[Term]:
    text = text.strip()
    key = hashtag_key(text[1:]) if text[:1] in ("#", "＃") and not is_phrase else ""
    if text.endswith(":") and text[:-1].lower() in _HANDLED:
        notes.append(_("Something is missing after “%(term)s”.") % {"term": text})
    elif not can_be_found(text):
        if text:
            notes.append(_("“%(text)s” has no letters or digits to look for.") % {"text": text})
    elif key and can_be_found(key):
        yield Term("hashtag", key, wanted)
    elif text[0] in "@＠" and not is_phrase and can_be_username(text[1:].lower()):
        yield Term("mention", text[1:].lower(), wanted)
    else:
        yield Term("phrase" if is_phrase else "word", text, wanted)


def can_be_found(text: str) -> bool:
    """Whether there is a letter or a digit in it: signs and emoji alone are in no index."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def _person(name: str, handle: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if can_be_username(handle):
        yield Term("from" if name == "from" else "to", handle, wanted)
    else:
        notes.append(_("After %(name)s: comes a username, as in %(name)s:alice.") % {"name": name})


def _day(name: str, value: str, notes: list[str]) -> Iterator[Term]:
    """From a day on, or before it: `after` and `before` leave out the day they name, `since` does not."""
    try:
        if _DATE.fullmatch(value) is None:
            raise ValueError(value)
        day = date.fromisoformat(value)
        if name == "after":
            day += timedelta(days=1)
    except (ValueError, OverflowError):
        notes.append(_("After %(name)s: comes a day, as in %(name)s:2026-01-31.") % {"name": name})
    else:
        yield Term("since" if name in ("since", "after") else "until", day.isoformat())


def _language(code: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if _LANGUAGE.fullmatch(code):
        yield Term("lang", code, wanted)
    else:
        notes.append(_("After lang: comes the short name of a language, as in lang:en."))


def _count(name: str, value: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if _NUMBER.fullmatch(value):
        yield Term(_COUNTS[name], value, wanted)
    else:
        notes.append(_("After %(name)s: comes a number, as in %(name)s:10.") % {"name": name})


def _place(written: str, value: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if value == "bookmarks":
        yield Term("in", value, wanted)
    else:
        notes.append(_("%(term)s is not known. Your own bookmarks are in:bookmarks.") % {"term": written})
