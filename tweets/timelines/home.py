"""The home page as HTML: cards that are kept drawn where everybody sees the same, drawn anew where not.

What a reader sees is what the ordinary way shows them, card by card, to the letter.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from social.queries import barred_ids
from tweets.counters import figures_of_tweets
from tweets.queries.cards import TweetCard, cards_and_neutral, cards_for
from tweets.queries.material import marks_of
from tweets.timelines import cards, drawing
from tweets.timelines.drawing import Drawn
from tweets.timelines.reader import Beside, ask, feed
from tweets.timelines.stencil import BITS, Reading
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.replicas import on_primary
from twitterclone.lib.slots import filled


def drawn_home(reading: Reading, cursor: Cursor) -> Slice[Drawn | TweetCard]:
    """One page of the reader's home timeline; when all is warm one round trip to Redis and no query."""
    view = View(reading)
    return feed(reading.viewer_id, cursor, view.items, view.beside())


def fragment(reading: Reading, page: Slice[Drawn | TweetCard]) -> bytes | None:
    """The page as htmx asks for it, without a template; None when some of it is not drawn."""
    sent = [card.filled() for card in page.items if isinstance(card, Drawn)]
    if len(sent) < len(page.items) or page.next is None:
        return None
    return b"".join([*sent, filled(drawing.tail(reading.language), lambda _name: str(page.next)).encode()])


class View:
    """The looks of one request, and what they lack."""

    seconds = cards.CARD_SECONDS

    def __init__(self, reading: Reading) -> None:
        self.reading, self.viewer_id = reading, reading.viewer_id
        self.look: cards.Look | None = None
        self.version = drawing.version()

    def beside(self) -> Beside | None:
        """None where the cards are not on the timelines' server: then they are asked for after the ids."""
        if "+cluster" in settings.REDIS_ROLES["timelines"]:
            return None
        wanted = cards.arguments(self.version, self.reading.language, self.viewer_id)
        return Beside(wanted, self._take)

    @on_primary()  # what is forgotten when it changes must not be kept as a replica still has it
    def items(self, ids: list[int]) -> list[Drawn | TweetCard]:
        """The cards of these entries, without what the reader may not see or does not want to."""
        if not self.look or not all(entry_id in self.look.cards for entry_id in ids):
            self.look = ask(lambda: cards.look(ids, self.version, self.reading.language, self.viewer_id))
        look = self.look
        if look is None:
            return list(cards_for(self.viewer_id, ids, hide_muted=True))
        ask(lambda: cards.remember(look, self.version, self.reading.language, self.viewer_id))
        # while it is not known whom the reader is not to see, what is kept for all does not serve them
        usable = "+o" if look.knows_barred else "o"
        ready = {pk for pk in ids if look.cards[pk].drawn and look.cards[pk].state in usable}
        found: dict[int, Drawn | TweetCard] = {card.entry_id: card for card in self._filled(look, ready)}
        rest = [pk for pk in ids if pk not in ready and look.cards[pk].state != "x"]
        if rest:
            found |= {card.entry_id: card for card in self._ordinary(look, rest)}
        if look.news:
            ask(lambda: cards.keep(look))
            look.news.clear()
        return [found[pk] for pk in ids if pk in found]

    def _take(self, ids: list[int], answer: object) -> None:
        self.look = cards.look_of(ids, answer)

    def _filled(self, look: cards.Look, ids: set[int]) -> list[Drawn]:
        kept = {pk: look.cards[pk] for pk in ids}
        self._complete(look, list(kept.values()))
        now = timezone.now().timestamp()
        return [
            Drawn(card.subject_id, pk, card.drawn, card.counts, card.marks or 0, self.reading, now)
            for pk, card in kept.items()
            if card.drawn and card.counts is not None
        ]

    def _complete(self, look: cards.Look, kept: Sequence[cards.Kept]) -> None:
        """Figures and marks that Redis does not have: two queries at most."""
        uncounted = {card.subject_id for card in kept if card.counts is None}
        unmarked = {card.subject_id for card in kept if card.marks is None}
        counts = figures_of_tweets(uncounted)
        marks = marks_of(self.viewer_id, unmarked) if unmarked else {}
        for card in kept:
            if card.counts is None:
                card.counts = counts.get(card.subject_id)
            if card.marks is None:
                card.marks = _bits(marks.get(card.subject_id, set()))
        for subject_id, figures in counts.items():
            look.keep_counts(subject_id, figures)
        for subject_id in unmarked:
            look.keep_marks(self.viewer_id, subject_id, _bits(marks.get(subject_id, set())))

    def _ordinary(self, look: cards.Look, ids: list[int]) -> list[TweetCard]:
        """Cards in the ordinary way; kept for all when this reader is to do it, or for them alone."""
        shown, neutral = self.gathered(ids)
        own = {card.entry_id: card for card in shown}
        for entry_id in ids:
            state = look.cards[entry_id].state
            is_kept = state == "?" and self._keep(look, entry_id, neutral[entry_id])
            if not is_kept and state != "~":
                self._keep_own(look, entry_id, own.get(entry_id))
        if not look.knows_barred:
            look.keep_barred(self.viewer_id, barred_ids(self.viewer_id))
        for card in shown:
            self.keep_facts(look, card)
        return shown

    def keep_facts(self, look: cards.Look, card: TweetCard) -> None:
        marks = {name for name in BITS if getattr(card, name)}
        look.keep_marks(self.viewer_id, card.id, _bits(marks))
        counts = (card.replies_count, card.retweets_count, card.likes_count, card.quotes_count)
        look.keep_counts(card.id, counts)

    def gathered(self, ids: list[int]) -> tuple[list[TweetCard], dict[int, TweetCard | None]]:
        """As `cards_and_neutral`."""
        return cards_and_neutral(self.viewer_id, ids, hide_muted=True)

    def is_same_for_all(self, card: TweetCard) -> bool:
        return drawing.is_same_for_all(card)

    def draw(self, card: TweetCard) -> str:
        return drawing.draw(card)

    def _keep(self, look: cards.Look, entry_id: int, card: TweetCard | None) -> bool:
        """Whether the card is the same for all, and then kept for them."""
        name, language = f"{self.version}:{entry_id}", self.reading.language
        if card is None or not self.is_same_for_all(card):
            look.keep_closed(name, language, [f"t{entry_id}"])
            return False
        meta = [card.id, *drawing.people_of(card)]
        tags = drawing.tags_of(card)
        look.keep_card(name, language, meta, self.draw(card), tags, seconds=self.seconds)
        return True

    def _keep_own(self, look: cards.Look, entry_id: int, card: TweetCard | None) -> None:
        """Keeps what only this reader sees so; for less long what may come back or says how long it lasts."""
        name, language = f"{self.version}:{entry_id}:{self.viewer_id}", self.reading.language
        subject_id, drawn, tags = 0, "", [f"t{entry_id}"]
        if card:
            subject_id, drawn, tags = card.id, self.draw(card), drawing.tags_of(card)
        seconds = cards.OWN_SECONDS
        if card is None or card.quote_gone:  # tags do not tell of everything that brings it back
            seconds = cards.CLOSED_SECONDS
        for shown in (card, card.quote) if card else ():
            if shown and shown.poll and not shown.poll.is_closed:
                left = shown.poll.expires_at - timezone.now()
                seconds = min(seconds, int(left.total_seconds() / 20))
        tags.append(f"b{self.viewer_id}")
        look.keep_card(name, language, [subject_id], drawn, tags, seconds=seconds)


def _bits(marks: set[str]) -> int:
    return sum(bit for name, bit in BITS.items() if name in marks)
