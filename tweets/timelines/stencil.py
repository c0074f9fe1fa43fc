"""A drawing made ready to be filled often: taken apart once, so that filling is putting words into a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from twitterclone.lib.slots import OR, parts_of
from twitterclone.templatetags.ui import count_words, words_since

COUNTS = ("replies", "retweets", "likes")
FIGURES = (*COUNTS, "quotes")
LIKED, RETWEETED, BOOKMARKED, PINNED = 1, 2, 4, 8
MARKS = {"liked": LIKED, "retweeted": RETWEETED, "bookmarked": BOOKMARKED}
BITS = {**MARKS, "pinned": PINNED}
CSRF, PATH = "csrf", "next"
OF = "="  # begins what is said of a named tweet

Counts = tuple[int, int, int, int]
Facts = Mapping[int, tuple[Counts, int]]  # figures and marks of tweets


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, by which request: what is filled in."""

    viewer_id: int
    csrf_token: str
    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Stencil:
    """Bytes as they are sent, and where in them what belongs."""

    parts: list[bytes]
    tokens: list[int]
    paths: list[int]
    counts: list[tuple[int, int]]  # place, which of the figures
    marks: list[tuple[int, int, bytes, bytes]]  # place, bit, what stands there with and without it
    mine: list[tuple[int, int, bytes, bytes]]  # place, whose, what stands there for them and for others
    ages: list[tuple[int, float]]  # place, since when
    facts: list[tuple[int, int, int, bytes, bytes]]  # place, tweet, which figure; or bit, with and without it

    def fill(self, counts: Counts, marks: int, reading: Reading, now: float) -> bytes:
        """The HTML as this reader sees it at this moment, in the language it was drawn in."""
        whole = self.parts.copy()
        token, path, words = reading.csrf_token.encode(), reading.path.encode(), _words(counts)
        for at in self.tokens:
            whole[at] = token
        for at in self.paths:
            whole[at] = path
        for at, which in self.counts:
            whole[at] = words[which]
        for at, bit, yes, no in self.marks:
            whole[at] = yes if marks & bit else no
        for at, whose, yes, no in self.mine:
            whole[at] = yes if whose == reading.viewer_id else no
        for at, since in self.ages:
            whole[at] = words_since(since, now, reading.language).encode()
        return b"".join(whole)

    def written(self, facts: Facts) -> bytes:
        """The JSON with these figures and marks."""
        whole = self.parts.copy()
        for at, subject_id, which, yes, no in self.facts:
            counts, marks = facts[subject_id]
            if yes:
                whole[at] = yes if marks & which else no
            else:
                whole[at] = b"%d" % counts[which]
        return b"".join(whole)

    @property
    def subject_ids(self) -> set[int]:
        """Of whom `written` wants to know."""
        return {subject_id for _at, subject_id, *_rest in self.facts}


def stencil_of(drawn: str) -> Stencil:
    """The stencil of a card's HTML as `drawing.draw` gives it."""
    parts = parts_of(drawn)
    stencil = Stencil([part.encode() for part in parts], [], [], [], [], [], [], [])
    for at in range(1, len(parts), 2):
        _open(stencil, at, parts[at])
    return stencil


def _open(stencil: Stencil, at: int, name: str) -> None:
    if name == CSRF:
        stencil.tokens.append(at)
    elif name == PATH:
        stencil.paths.append(at)
    elif name in COUNTS:
        stencil.counts.append((at, COUNTS.index(name)))
    elif name[0] == OF:
        which, yes, no = [*name.split(OR), "", ""][:3]
        subject_id, _colon, number = which[1:].partition(":")
        stencil.facts.append((at, int(subject_id), int(number), yes.encode(), no.encode()))
    elif name[0] == "@":
        stencil.ages.append((at, float(name[1:])))
    else:
        what, yes, no = name.split(OR)
        if what in MARKS:
            stencil.marks.append((at, MARKS[what], yes.encode(), no.encode()))
        else:
            stencil.mine.append((at, int(what.removeprefix("mine")), yes.encode(), no.encode()))


@lru_cache(4096)
def _words(counts: Counts) -> tuple[bytes, ...]:
    return tuple(count_words(count).encode() for count in counts[: len(COUNTS)])
