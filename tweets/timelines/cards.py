"""Drawn cards in Redis, with what changes under them and for whom. The only module that knows how.

A card is kept for an hour at most, under tags: the tweets and the people it shows. `forget` empties tags;
a drawing that began before is then not stored. All of it can be lost without loss.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from secrets import token_hex
from typing import Any

from tweets.timelines import card_scripts as scripts
from tweets.timelines.stencil import Counts, Stencil, stencil_of
from twitterclone.lib.redis import client, key, run_script

CARD_SECONDS = 60 * 60
OWN_SECONDS = 5 * 60  # of cards for one reader alone
CLOSED_SECONDS = 60  # how long it is believed that not everybody sees an entry alike
BESIDE, BESIDE_SECONDS = 0, 60  # in place of an entry: what stands beside the column
COUNTS_SECONDS = 60
MARKS_SECONDS = 2 * 60
BARRED_SECONDS = 10 * 60
CLAIM_SECONDS = 5  # for so long nobody else draws the same card
DRAWING_SECONDS = 30  # what took longer is not stored; shorter than stamps are kept
STAMP_SECONDS = 90
EPOCH_SECONDS = 60 * 60 * 24 * 30
FORGOTTEN_AT_ONCE = 500

REMEMBERED = 4000  # drawings in a process: some 30 MB

_memory: dict[str, Stencil] = {}  # by name: what has a name never changes


@dataclass(slots=True)
class Kept:
    """What is known of an entry: its state as `card_scripts` says, and what is there of it."""

    state: str
    subject_id: int = 0
    drawing: str = ""  # its name
    drawn: Stencil | None = None
    counts: Counts | None = None
    marks: int | None = None


@dataclass(slots=True)
class Look:
    """An answer of the server, and what is learnt after it and worth keeping."""

    moment: str
    epoch: str
    knows_barred: bool
    cards: dict[int, Kept]
    news: list[str | int] = field(default_factory=list)

    def keep_card(
        self,
        name: str,
        language: str,
        meta: Sequence[int],
        drawn: str,
        tags: Sequence[str],
        *,
        seconds: int = CARD_SECONDS,
    ) -> None:
        """A card; `meta` is its subject, 0 where nothing is shown, and the people it shows."""
        facts, drawing = " ".join(map(str, meta)), token_hex(10)
        self.news += ["card", name, max(1, seconds), facts, language, drawn, drawing, len(tags), *tags]

    def keep_beside(
        self, version: str, language: str, viewer_id: int, drawn: str, people: Iterable[int]
    ) -> None:
        """What stands beside the column, for this viewer; the people are those it shows."""
        tags = ["r0", f"b{viewer_id}", *(f"u{person}" for person in people)]
        name = f"{version}:{BESIDE}:{viewer_id}"
        self.keep_card(name, language, [BESIDE], drawn, tags, seconds=BESIDE_SECONDS)

    def keep_closed(self, name: str, language: str, tags: Sequence[str]) -> None:
        self.news += ["card", name, CLOSED_SECONDS, "-", language, "", "", len(tags), *tags]

    def keep_counts(self, subject_id: int, counts: Counts) -> None:
        self.news += ["counts", subject_id, COUNTS_SECONDS, ",".join(map(str, counts))]

    def keep_marks(self, viewer_id: int, subject_id: int, marks: int) -> None:
        self.news += ["marks", viewer_id, MARKS_SECONDS, subject_id, marks]

    def keep_barred(self, viewer_id: int, user_ids: Iterable[int], seconds: int = BARRED_SECONDS) -> None:
        ids = [0, *user_ids]
        self.news += ["barred", viewer_id, max(1, min(seconds, BARRED_SECONDS)), len(ids), *ids]


def arguments(version: str, language: str, viewer_id: int) -> list[str | int]:
    """What a script that looks cards up is given last."""
    return [_prefix(), version, language, viewer_id, CLAIM_SECONDS]


def look(ids: Sequence[int], version: str, language: str, viewer_id: int) -> Look:
    """What is kept of these entries; one round trip."""
    return look_of(ids, _run(scripts.LOOK, [*arguments(version, language, viewer_id), *ids]))


def look_beside(version: str, language: str, viewer_id: int) -> tuple[Look, str]:
    """What is kept for this viewer of what stands beside the column, "" when nothing; one round trip."""
    wanted: list[str | int] = [_prefix(), version, language, viewer_id, BESIDE]
    moment, epoch, drawn = _run(scripts.OWN, wanted)
    return Look(moment.decode(), epoch.decode(), False, {}), (drawn or b"").decode()


def facts_of(look: Look, subject_ids: Iterable[int], viewer_id: int) -> list[Kept]:
    """Figures and marks of tweets that are shown inside of others; one round trip."""
    ids, base = list(subject_ids), f"{_prefix()}{look.epoch}:"
    pipeline = client("timelines").pipeline(transaction=False)
    pipeline.mget([f"{base}figures:{subject_id}" for subject_id in ids])
    pipeline.hmget(f"{base}marks:{viewer_id}", [str(subject_id) for subject_id in ids])
    counts, marks = pipeline.execute()
    return [_kept(b"+", b"%d" % pk, b"", *known) for pk, *known in zip(ids, counts, marks, strict=True)]


def look_of(ids: Sequence[int], answer: Any) -> Look:
    """The answer of the server about these ids."""
    moment, epoch, knows_barred, line = answer
    row = line.split(b" ") if line else []
    cards = zip(ids, *(row[at::5] for at in range(5)), strict=True)
    found = {entry_id: _kept(*card) for entry_id, *card in cards}
    return Look(moment.decode(), epoch.decode(), bool(knows_barred), found)


def remember(look: Look, version: str, language: str, viewer_id: int) -> None:
    """Gives the cards their HTML; a round trip only for drawings that this process has not met.

    What was forgotten or drawn anew since the look keeps none.
    """
    kept = {entry_id: card for entry_id, card in look.cards.items() if card.drawing}
    unknown = {entry_id: card for entry_id, card in kept.items() if card.drawing not in _memory}
    if unknown:
        pipeline = client("timelines").pipeline(transaction=False)
        for entry_id, card in unknown.items():
            name = f"{_prefix()}{look.epoch}:card:{version}:{entry_id}"
            name += f":{viewer_id}" if card.state == "o" else ""
            pipeline.hmget(name, f"{language}:name", language)
        for card, (drawing, drawn) in zip(unknown.values(), pipeline.execute(), strict=True):
            if drawing and drawing.decode() == card.drawing:
                _memory[card.drawing] = stencil_of(drawn.decode())
    for card in kept.values():
        card.drawn = _memory.get(card.drawing)
    while len(_memory) > REMEMBERED:
        _memory.pop(next(iter(_memory)), None)


def keep(news: Look) -> int:
    """Stores what was learnt, unless it was forgotten meanwhile; returns how many cards it stored."""
    if not news.news:
        return 0
    return int(_run(scripts.STORE, [_prefix(), news.epoch, news.moment, DRAWING_SECONDS, *news.news]))


def forget(
    *,
    tweets: Iterable[int] = (),
    people: Iterable[int] = (),
    counts: Iterable[int] = (),
    marks: Iterable[int] = (),
    barred: Iterable[int] = (),
    rising: bool = False,
) -> None:
    """Forgets the cards that show these tweets or people, figures of tweets, marks of viewers; of viewers
    whose ties changed whom they are barred from, and the cards for them alone; what stands beside columns
    when other terms rise.

    Drawings begun before this are not stored any more.
    """
    kinds = {"t": tweets, "u": people, "c": counts, "m": marks, "b": barred, "r": [0] if rising else []}
    wanted: list[Any] = [part for kind, ids in kinds.items() for name in ids for part in (kind, name)]
    while wanted:
        wanted = _run(scripts.FORGET, [_prefix(), STAMP_SECONDS, FORGOTTEN_AT_ONCE, *wanted])


def forget_all() -> None:
    """Forgets every card, figure and mark."""
    run_script("timelines", scripts.FORGET_ALL, [_prefix() + "epoch"], [EPOCH_SECONDS])


def _kept(state: bytes, subject: bytes, drawing: bytes, counts: bytes | None, marks: bytes | None) -> Kept:
    if not subject:
        return Kept(state.decode())
    figures = _figures(counts) if counts else None
    return Kept(state.decode(), int(subject), drawing.decode(), None, figures, int(marks) if marks else None)


@lru_cache(4096)
def _figures(counts: bytes) -> Counts:
    replies, retweets, likes, quotes = map(int, counts.split(b","))
    return replies, retweets, likes, quotes


def _prefix() -> str:
    """One hash tag: the cards of a cluster are on one of its servers."""
    return key("{cards}", "")


def _run(text: str, args: Sequence[str | int]) -> Any:
    # the prefix stands among the keys only to say where the cards are
    return run_script("timelines", text, [_prefix()], args)
