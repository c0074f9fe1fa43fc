"""What a tweet's text gives to count: hashtags, links, words and pairs of words. Pure, linear in time."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from tweets.models import TermKind
from twitterclone.lib.text import Entity, hashtags, segments

LONGEST = 200  # characters of a key
SHORTEST_WORD = 4
RUNS = (2, 3, 4)  # characters taken together where a script has no spaces

_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W\d_])+(?:['’-](?:(?![{_UNSPACED}])[^\W\d_])+)*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_WWW = "www."


class Term(NamedTuple):
    """What is counted: terms are the same if kind and key are."""

    kind: str
    key: str


def terms_of(text: str) -> dict[Term, str]:
    """Each term of a tweet with the way it is written there (of a link, its address)."""
    found: dict[Term, str] = {}
    for kind, key, name in _terms(text):
        if 0 < len(key) <= LONGEST:
            found.setdefault(Term(kind, key), name)
    return found


def term_named(text: str) -> tuple[Term, str] | None:
    """The term somebody means, and how it is written: a #hashtag, a link, or one or two words; else None."""
    text = text.strip()
    is_link = "." in text and "://" not in text and " " not in text and not text.startswith(("#", "＃"))
    for term, name in terms_of(f"https://{text}" if is_link else text).items():
        if term.kind != TermKind.WORD or term.key == text.casefold():
            return term, name
    return None


def fingerprint(text: str) -> str:
    """What makes two tweets say the same: the words alone, folded. Empty for fewer than four words."""
    words = [word for part in segments(text) if isinstance(part, str) for word in _WORD.findall(part)]
    return " ".join(words).casefold() if len(words) > 3 or sum(map(len, words)) > 30 else ""


def _terms(text: str) -> Iterator[tuple[str, str, str]]:
    for part in segments(text):
        if isinstance(part, str):
            yield from _words(part)
        elif part.kind == "hashtag":
            yield from ((TermKind.HASHTAG, tag.key, tag.name) for tag in hashtags(part.text))
        elif part.kind == "url":
            yield from _link(part)


def _words(text: str) -> Iterator[tuple[str, str, str]]:
    before: re.Match[str] | None = None
    for match in _WORD.finditer(text):
        word = match[0]
        if _IS_UNSPACED.match(word):
            yield from _runs(word)
            before = None
            continue
        if len(word) >= SHORTEST_WORD or _HANGUL.match(word):
            yield TermKind.WORD, word.casefold(), word
        if before is not None and text[before.end() : match.start()] == " " and len(word) > 1:
            pair = text[before.start() : match.end()]
            yield TermKind.WORD, pair.casefold(), pair
        before = match if len(word) > 1 else None


def _runs(run: str) -> Iterator[tuple[str, str, str]]:
    """Neighbouring characters: one of them says too little, and nothing says where a word ends."""
    for length in RUNS:
        for start in range(len(run) - length + 1):
            part = unicodedata.normalize("NFKC", run[start : start + length])
            yield TermKind.WORD, part, part


def _link(entity: Entity) -> Iterator[tuple[str, str, str]]:
    try:
        address = urlsplit(entity.href)
        host = (address.hostname or "").removeprefix(_WWW)
    except ValueError:
        return
    query = f"?{address.query}" if address.query and "utm_" not in address.query else ""
    if host:
        yield TermKind.LINK, f"{host}{address.path.rstrip('/')}{query}", entity.href
