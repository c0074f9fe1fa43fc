"""What somebody typed into the search box, taken apart. Pure and linear in time.

    rain "in the morning" #garden @bob -snow from:alice since:2026-01-31 has:media lang:en min_likes:10

A word with a colon that is no operator is an ordinary word, and a note says so. What cannot be searched for
is left out with a note, never refused: only a text that is far too long is.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.queries import can_be_username
from twitterclone.lib.errors import DomainError
from twitterclone.lib.text import clean_name, hashtag_key

LONGEST = 300
MOST_TERMS = 20

Kind = Literal[
    "word", "phrase", "hashtag", "mention", "from", "to", "in",
    "since", "until", "has", "lang", "min_likes", "min_retweets", "sign", "either",
]  # fmt: skip
ANCHORS: frozenset[str] = frozenset({"word", "phrase", "hashtag", "mention", "from", "to", "in", "either"})
OWN = frozenset({("in", "bookmarks"), ("has", "follows")})
MINE = frozenset({("from", "me"), ("to", "me")})
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
_NUMBER = re.compile(r"[0-9]+")
_DIGITS = 9  # more tweets than these can count have no likes
_COUNTS: dict[str, Kind] = {
    "min_likes": "min_likes",
    "min_faves": "min_likes",
    "min_retweets": "min_retweets",
}
_VARIANT = "\ufe0f"  # "as a picture": some programs write it after a sign, some do not
_DAYS = frozenset({"since", "after", "until", "before"})
_HANDLED = frozenset({"from", "to", "in", "has", "is", "filter", "lang", *_DAYS, *_COUNTS})
# the languages of two letters there are (ISO 639-1); those of three are too many to know
_LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln "
    "lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi "
    "pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti "
    "tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)


class SearchTooLong(DomainError):
    code = "search_too_long"
    message = gettext_lazy("This is too much to search for at once. Use at most 300 characters and 20 words.")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a tweet must have, or with `wanted` False must not have."""

    kind: Kind
    value: str
    wanted: bool = True
    parts: tuple["Term", ...] = ()  # of `either`: words, phrases and hashtags, of which one is enough


@dataclass(frozen=True, slots=True)
class Search:
    """The cleaned text, its terms, and what is to be said of it, in the reader's language.

    `is_faulty` when an operator was left out because of what stands after it.
    """

    text: str
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = field(default=())
    is_faulty: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing to look for: no term, or only words and people that are not wanted."""
        return not any(term.wanted or term.kind not in ANCHORS for term in self.terms)

    @property
    def is_anchored(self) -> bool:
        """Whether it begins with something that an index leads to; the others sift the newest tweets."""
        return any(term.wanted and term.kind in ANCHORS for term in self.terms)

    @property
    def is_personal(self) -> bool:
        """Whether it asks for what is somebody's own: nobody finds that without signing in."""
        return any(
            (term.kind, term.value) in OWN or (term.wanted and (term.kind, term.value) in MINE)
            for term in self.terms
        )

    @property
    def names(self) -> str:
        """What of it may be the name of a person."""
        kinds = ("word", "phrase", "mention", "from")
        return " ".join(term.value for term in self.terms if term.wanted and term.kind in kinds)

    def values(self, kind: Kind) -> list[str]:
        """The values of the wanted terms of a kind."""
        return [term.value for term in self.terms if term.kind == kind and term.wanted]


_OR = Term("either", "OR")
_MISPLACED_OR = gettext_noop("OR stands between two words, phrases or #hashtags, as in rain OR snow.")


def search_of(text: str) -> Search:
    """The search that a text means; refuses one that is too long (SearchTooLong)."""
    if len(text) > LONGEST:
        raise SearchTooLong
    text = clean_name(text)
    notes: list[str] = []
    terms: list[Term] = []
    is_faulty = False
    for match in _TOKEN.finditer(text):
        said = len(notes)
        found = [*_terms(match, notes)]
        is_faulty |= not found and len(notes) > said and any(c.isalnum() for c in match[0])
        terms += found
    if len(terms := list(dict.fromkeys(_joined(terms, notes)))) > MOST_TERMS:
        raise SearchTooLong
    search = Search(text, tuple(terms), (), is_faulty)
    if sum(len(term.parts) for term in terms) > MOST_TERMS:
        raise SearchTooLong
    if max(search.values("since"), default="") >= min(search.values("until"), default="~"):
        notes.append(_("No day lies both after the one and before the other, so nothing can be found."))
    if text and search.is_empty and not notes:
        notes.append(_("Add a word, a #hashtag or from:somebody to look for."))
    return replace(search, notes=tuple(dict.fromkeys(notes)))


def _joined(terms: list[Term], notes: list[str]) -> Iterator[Term]:
    """The terms, with those made one between which OR stands."""
    last: Term | None = None
    is_or = False
    for term in terms:
        if term == _OR:
            if is_or or last is None:
                notes.append(_(_MISPLACED_OR))
            is_or = True
            continue
        if is_or and last and _can_join(last) and _can_join(term):
            parts = (*(last.parts or (last,)), term)
            last = Term("either", " OR ".join(part.value for part in parts), True, parts)
        else:
            if is_or and last and not (last.kind == term.kind and term.kind in ("from", "to")):
                notes.append(_(_MISPLACED_OR))
            if last:
                yield last
            last = term
        is_or = False
    if is_or:
        notes.append(_(_MISPLACED_OR))
    if last:
        yield last


def _can_join(term: Term) -> bool:
    return term.wanted and term.kind in ("word", "phrase", "hashtag", "either")


def _terms(match: re.Match[str], notes: list[str]) -> Iterator[Term]:
    name, wanted = (match["name"] or "").lower(), not match["minus"]
    if match[0] == "OR":
        yield _OR
        return
    if name not in _HANDLED:
        written = match[0].removeprefix("-")
        phrase = match["phrase"] if not name else None
        if name and not (match["word"] or "//").startswith("//"):
            notes.append(_("%(name)s: is not known here; it was looked for as a word.") % {"name": name})
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
        if is_emoji(text):
            yield Term("sign", text.rstrip(_VARIANT), wanted)
        elif text:
            notes.append(_("“%(text)s” has no letters or digits to look for.") % {"text": text})
    elif key and can_be_found(key):
        yield Term("hashtag", key, wanted)
    elif text[0] in "@＠" and not is_phrase and can_be_username(text[1:].lower()):
        yield Term("mention", text[1:].lower(), wanted)
    else:
        yield Term("phrase" if is_phrase else "word", text, wanted)


def can_be_found(text: str) -> bool:
    """Whether there is a letter or a digit in it: signs alone are in no index."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def is_emoji(text: str) -> bool:
    """Whether it has a picture in it: no index knows these, so the tweets themselves are looked at."""
    return any(unicodedata.category(char) == "So" for char in text)


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
        short = code.partition("-")[0]
        if len(short) == 2 and short not in _LANGUAGES:
            notes.append(_("No language is called %(code)s.") % {"code": short})
        yield Term("lang", code, wanted)
    else:
        notes.append(_("After lang: comes the short name of a language, as in lang:en."))


def _count(name: str, value: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if _NUMBER.fullmatch(value) and len(value.lstrip("0")) > _DIGITS:
        notes.append(_("The number after %(name)s: is too large.") % {"name": name})
    elif _NUMBER.fullmatch(value):
        yield Term(_COUNTS[name], value.lstrip("0") or "0", wanted)
    else:
        notes.append(_("After %(name)s: comes a number, as in %(name)s:10.") % {"name": name})


def _place(written: str, value: str, wanted: bool, notes: list[str]) -> Iterator[Term]:
    if value == "bookmarks":
        yield Term("in", value, wanted)
    else:
        notes.append(_("%(term)s is not known. Your own bookmarks are in:bookmarks.") % {"term": written})
