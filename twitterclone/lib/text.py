"""Twitter's rules for text: what counts how much, and what is a mention, hashtag, cashtag or address.

Pure and linear in time, whatever is thrown at it. Indices are code points of the text as given, so
pass text through `normalise` first and keep the result.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from twitterclone.lib.text_clean import clean_name, compose, is_blank, normalise
from twitterclone.lib.text_patterns import EMOJI_SEQUENCE, HEAVY, INVISIBLE, LATIN, SPACES
from twitterclone.lib.text_urls import url_spans

__all__ = [
    "HASHTAG_LENGTH",
    "TWEET_LENGTH",
    "URL_WEIGHT",
    "Entity",
    "Hashtag",
    "clean_name",
    "entities",
    "hashtag_key",
    "hashtags",
    "is_blank",
    "mentioned_usernames",
    "normalise",
    "segments",
    "weighted_length",
]

TWEET_LENGTH = 280
URL_WEIGHT = 23
HASHTAG_LENGTH = 100  # as written and as key; longer ones stay plain text
DISPLAY_LENGTH = 30

Kind = Literal["url", "mention", "hashtag", "cashtag"]

_MENTION = re.compile("[@＠]([A-Za-z0-9_]{1,20})(?![A-Za-z0-9_])")
_MENTION_NEVER_AFTER = re.compile("[A-Za-z0-9_!#$%&*@＠]")
_MENTION_NEVER_BEFORE = re.compile(f"[@＠{LATIN}]|://")
_RETWEET_BEFORE = re.compile("(?<![A-Za-z0-9_+~.-])[Rr][Tt]\\Z")
_HASHTAG_SIGN = re.compile("[#＃](?![\ufe0f\u20e3])")
_HASHTAG_NEVER_BEFORE = re.compile("[#＃]|://")
_HASHTAG_MARKS = frozenset(
    "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
_CASHTAG = re.compile(
    f"(?<![^{SPACES}])\\$([A-Za-z]{{1,6}}(?:[._][A-Za-z]{{1,2}})?)"
    f"(?=\\Z|[{SPACES}\\ufeff!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]^_{{|}}~$])"
)
_KEY_DROPS = re.compile(f"[{INVISIBLE}]")
_FRONT = re.compile("\\A(?:[Hh][Tt][Tt][Pp][Ss]?://)?(?:[Ww]{3}\\.(?=[^/]*\\.))?")
_HAS_PROTOCOL = re.compile("[Hh][Tt][Tt][Pp]([Ss]?)://")


class Hashtag(NamedTuple):
    """A hashtag as looked up (`key`) and as written (`name`), both without the sign."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text with a meaning: `text` is the slice [start:end], `value` what it stands for.

    The value is the address for a url, the lower-case username for a mention, the key for a hashtag,
    the upper-case symbol for a cashtag.
    """

    kind: Kind
    start: int
    end: int
    text: str
    value: str

    @property
    def href(self) -> str:
        """The address to link to, always http or https; empty unless this is a url."""
        return self.value if self.kind == "url" else ""

    @property
    def display(self) -> str:
        """The short form to show: an address without protocol and www., cut at 30; else as written."""
        if self.kind != "url":
            return self.text
        short = _FRONT.sub("", self.text)
        short = short[:-1] if short.endswith("/") and short.count("/") == 1 else short
        return short if len(short) <= DISPLAY_LENGTH else short[: DISPLAY_LENGTH - 1] + "…"


def weighted_length(text: str) -> int:
    """What `text` counts against TWEET_LENGTH, by Twitter's configuration v3.

    An address counts 23, an emoji sequence 2, a character of the Latin to Georgian blocks and of
    common punctuation 1, any other 2.
    """
    text = compose(text)
    parts, position = [], 0
    for start, end in url_spans(text):
        parts += [text[position:start], "x" * URL_WEIGHT]
        position = end
    flat = EMOJI_SEQUENCE.sub("\U0001f600", "".join([*parts, text[position:]]))
    return len(flat) + len(HEAVY.findall(flat))


def entities(text: str) -> list[Entity]:
    """Every entity of `text` from left to right; where two overlap, the one that begins first stays."""
    found = [*_urls(text), *_mentions(text), *_hashtags(text), *_cashtags(text)]
    found.sort(key=lambda entity: entity.start)
    kept: list[Entity] = []
    for entity in found:
        if not kept or kept[-1].end <= entity.start:
            kept.append(entity)
    return kept


def segments(text: str) -> Iterator[str | Entity]:
    """`text` cut into plain pieces and entities, which joined give it back."""
    position = 0
    for entity in entities(text):
        if position < entity.start:
            yield text[position : entity.start]
        yield entity
        position = entity.end
    if position < len(text):
        yield text[position:]


def mentioned_usernames(text: str) -> list[str]:
    """Usernames mentioned, lower-case, each once, in order; whether they exist is not asked."""
    return list(dict.fromkeys(entity.value for entity in entities(text) if entity.kind == "mention"))


def hashtags(text: str) -> list[Hashtag]:
    """Hashtags used, each key once with the way it is first written, in order."""
    names: dict[str, str] = {}
    for entity in entities(text):
        if entity.kind == "hashtag":
            names.setdefault(entity.value, entity.text[1:])
    return [Hashtag(key, name) for key, name in names.items()]


def hashtag_key(name: str) -> str:
    """The form in which a hashtag (without its sign) is looked up: width, case and joiners do not matter."""
    folded = unicodedata.normalize("NFKC", compose(name)).casefold()
    return _KEY_DROPS.sub("", unicodedata.normalize("NFKC", folded))


def _urls(text: str) -> Iterator[Entity]:
    for start, end in url_spans(text):
        written = text[start:end]
        protocol = _HAS_PROTOCOL.match(written)
        href = (
            f"http{protocol[1].lower()}://{written[protocol.end() :]}" if protocol else f"https://{written}"
        )
        yield Entity("url", start, end, written, href)


def _mentions(text: str) -> Iterator[Entity]:
    for match in _MENTION.finditer(text):
        start, end = match.span()
        after_word = start > 0 and _MENTION_NEVER_AFTER.match(text, start - 1)
        if after_word and not _RETWEET_BEFORE.search(text, max(start - 2, 0), start):
            continue
        if not _MENTION_NEVER_BEFORE.match(text, end):
            yield Entity("mention", start, end, match[0], match[1].lower())


def _hashtags(text: str) -> Iterator[Entity]:
    for match in _HASHTAG_SIGN.finditer(text):
        start = match.start()
        before = text[start - 1 : start] if start else ""
        if before and (before == "&" or _in_hashtag(before)) and before not in "\ufe0e\ufe0f":
            continue
        end = match.end()
        while end < len(text) and _in_hashtag(text[end]):
            end += 1
        if _HASHTAG_NEVER_BEFORE.match(text, end) or not any(map(_is_letter, text[start + 1 : end])):
            continue
        name = text[start + 1 : end]
        key = hashtag_key(name) if len(name) <= HASHTAG_LENGTH else ""
        if 0 < len(key) <= HASHTAG_LENGTH:
            yield Entity("hashtag", start, end, text[start:end], key)


def _cashtags(text: str) -> Iterator[Entity]:
    for match in _CASHTAG.finditer(text):
        yield Entity("cashtag", match.start(), match.end(), match[0], match[1].upper())


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _in_hashtag(char: str) -> bool:
    return char in _HASHTAG_MARKS or _is_letter(char) or unicodedata.category(char) == "Nd"
