"""The words of a tweet, put together from phrases: a sentence or two, hashtags, an emoji, a mention."""

from typing import NamedTuple

from twitterclone.lib.text import hashtag_key
from twitterclone.seeding.outline import QUOTE, REPLY
from twitterclone.seeding.people import Person
from twitterclone.seeding.phrases import EMOJI, TOPICS, Book, book
from twitterclone.seeding.plan import Plan

CHEERS = "🎉🎉🎉", "❤️", "😂😂😂", "👏🏽👏🏽", "🐘🐘🐘🐘🐘", "🥐", "✨", "👩🏽‍🚀", "🇯🇵", "🏳️‍🌈"
_KEYS = {tag: hashtag_key(tag) for language in ("en", "de", "ja", "zh", "ar", "es", "fr")
         for topic in book(language).topics.values() for tag in topic.tags}  # fmt: skip


class Written(NamedTuple):
    """A text with what it names, so that it need not be parsed again."""

    content: str
    hashtags: tuple[tuple[str, str], ...]  # key, as written
    mentioned: Person | None


class Writer:
    """Writes in the languages of the phrase books."""

    def __init__(self, plan: Plan) -> None:
        self.rng = plan.rng
        self._well_known = plan.well_known()
        self._emoji = {topic: EMOJI[topic].split() for topic in TOPICS}

    def write(self, author: Person, kind: int, topic_number: int, *, is_recent: bool = False) -> Written:
        """What `author` says about the topic; recent texts bear more hashtags, so that some trend."""
        rng, words, topic = self.rng, book(author.language), TOPICS[topic_number]
        if kind == REPLY and rng.random() < 0.75:
            return self._reply(words)
        text = self._sentence(words, words.lines["quotes"] if kind == QUOTE else words.topics[topic].lines)
        if kind != QUOTE and rng.random() < 0.25:
            text = self._longer(words, text)
        if rng.random() < 0.22:
            text += " " + rng.choice(self._emoji[topic])
        mentioned = self._mentioned(author) if rng.random() < 0.06 else None
        if mentioned:
            text += f" @{mentioned.cased}"
        tags = self._tags(words, topic, 0.45 if is_recent else 0.2)
        text += "".join(f" #{tag}" for tag in tags)
        if rng.random() < 0.03:
            text += f" https://example.com/{topic}/{rng.randrange(9999)}"
        return Written(text, tuple((_KEYS[tag], tag) for tag in tags), mentioned)

    def _reply(self, words: Book) -> Written:
        if self.rng.random() < 0.04:
            return Written(self.rng.choice(CHEERS), (), None)
        text = self._sentence(words, words.lines["replies"])
        if self.rng.random() < 0.25:
            text += words.space + self._sentence(words, words.lines["closers"])
        return Written(text, (), None)

    def _longer(self, words: Book, text: str) -> str:
        gap = "\n\n" if self.rng.random() < 0.2 else words.space
        return text + gap + self._sentence(words, words.lines["closers"])

    def _sentence(self, words: Book, lines: list[str]) -> str:
        rng = self.rng
        line = lines[int(rng.random() * len(lines))]
        if "{" not in line:
            return line
        place = words.places[int(rng.random() * len(words.places))]
        return line.format(
            hour=f"{5 + int(rng.random() * 18)}:{int(rng.random() * 12) * 5:02d}",
            n=3 + int(rng.random() ** 3 * 2000),
            place=place,
            Place=place,
            day=words.days[int(rng.random() * len(words.days))],
        )

    def _tags(self, words: Book, topic: str, chance: float) -> list[str]:
        if self.rng.random() > chance:
            return []
        tags = words.topics[topic].tags
        if self.rng.random() < 0.7:
            return [tags[min(int(self.rng.expovariate(1.5)), len(tags) - 1)]]
        return self.rng.sample(tags, min(2, len(tags)))

    def _mentioned(self, author: Person) -> Person | None:
        if not self._well_known:
            return None
        place = min(int(self.rng.expovariate(1 / 60)), len(self._well_known) - 1)
        person = self._well_known[place]
        return person if person is not author else None
