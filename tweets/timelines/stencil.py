"""A drawing made ready to be filled often: taken apart once, so that filling is putting words into a list."""

from dataclasses import dataclass
from functools import lru_cache

from twitterclone.lib.slots import OR, parts_of, place
from twitterclone.templatetags.ui import count_words, words_since

COUNTS = ("replies", "retweets", "likes")
LIKED, RETWEETED, BOOKMARKED = 1, 2, 4
MARKS = {"liked": LIKED, "retweeted": RETWEETED, "bookmarked": BOOKMARKED}
WITH_PAGE = ("csrf", "next")  # the same on a whole page, and filled there at once

Counts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Stencil:
    """Text, and where in it what belongs; places of `WITH_PAGE` stay open in the text."""

    parts: list[str]
    counts: list[tuple[int, int]]  # place, which of the figures
    marks: list[tuple[int, int, str, str]]  # place, bit, what stands there with and without it
    mine: list[tuple[int, str, str, str]]  # place, whose, what stands there for them and for others
    ages: list[tuple[int, float]]  # place, since when

    def fill(self, counts: Counts, marks: int, viewer_id: int, now: float, language: str) -> str:
        """The HTML as this viewer sees it at this moment, in the language it was drawn in."""
        whole = self.parts.copy()
        words = _words(counts)
        for at, which in self.counts:
            whole[at] = words[which]
        for at, bit, yes, no in self.marks:
            whole[at] = yes if marks & bit else no
        for at, whose, yes, no in self.mine:
            whole[at] = yes if whose == f"{viewer_id}" else no
        for at, since in self.ages:
            whole[at] = words_since(since, now, language)
        return "".join(whole)


def stencil_of(drawn: str) -> Stencil:
    """The stencil of a card's HTML as `drawing.draw` gives it."""
    texts = [""]
    stencil = Stencil(texts, [], [], [], [])
    for n, part in enumerate(parts_of(drawn)):
        if n % 2 == 0:
            texts[-1] += part
        elif part in WITH_PAGE:
            texts[-1] += place(part)
        else:
            _open(stencil, len(texts), part)
            texts += ["", ""]
    return stencil


def with_page(html: str, csrf_token: str, path: str) -> str:
    """Fills what is the same on a whole page; both are HTML already."""
    return html.replace(place("csrf"), csrf_token).replace(place("next"), path)


def _open(stencil: Stencil, at: int, name: str) -> None:
    if name in COUNTS:
        stencil.counts.append((at, COUNTS.index(name)))
    elif name[0] == "@":
        stencil.ages.append((at, float(name[1:])))
    else:
        what, yes, no = name.split(OR)
        if what in MARKS:
            stencil.marks.append((at, MARKS[what], yes, no))
        else:
            stencil.mine.append((at, what.removeprefix("mine"), yes, no))


@lru_cache(4096)
def _words(counts: Counts) -> tuple[str, ...]:
    return tuple(map(count_words, counts))
