"""What people like, and why: drawn with the world, kept in no table, and nothing of the site reads it.

A like is drawn from taste times what a tweet is about, how well its author writes, how near the two are to
each other, and their languages. A ranking that finds such likes has learnt it from what people did.
"""

from twitterclone.seeding.people import Person
from twitterclone.seeding.phrases import TOPICS
from twitterclone.seeding.plan import Plan

STRENGTHS = (1.0, 0.75, 0.55, 0.45)  # of interests, the strongest first
INDIFFERENCE = 0.06  # towards all else
ASIDE = 0.25  # share of a tweet that is about the author's other interests
FOREIGN, COMMON = 0.2, 0.5  # how much is understood of another language, and of English
DISTANCE = 0.1  # the least two people have in common
MASK = (1 << 32) - 1


class Latent:
    """Vectors of people, tweets and pairs of people; the same for the same world."""

    def __init__(self, plan: Plan) -> None:
        rng = plan.rng
        self._salt = rng.getrandbits(32)
        self._people = plan.people
        self._tastes = [_taste(person) for person in plan.people]
        # how well somebody writes has nothing to do with how many follow them; 1 on average
        self.quality = [rng.lognormvariate(-0.18, 0.6) for _person in plan.people]

    def subject(self, author: Person, topic: int, index: int) -> dict[int, float]:
        """What the tweet is about, as a vector: its topic, and a little of another of its author's."""
        other = TOPICS.index(author.interests[self._number(index, author.number) % len(author.interests)])
        return {topic: 1.0} if other == topic else {topic: 1.0 - ASIDE, other: ASIDE}

    def appeal(self, reader: int, author: Person, subject: dict[int, float]) -> float:
        """How likely the reader likes a tweet on this subject when they meet it, between 0 and 1."""
        taste = self._tastes[reader]
        topical = sum(share * taste[topic] for topic, share in subject.items())
        language = self._people[reader].language
        if language != author.language:
            topical *= COMMON if author.language == "en" else FOREIGN
        nearness = self._number(reader, author.number) / MASK
        return topical * (DISTANCE + (1 - DISTANCE) * nearness * nearness)

    def _number(self, one: int, other: int) -> int:
        """A number of 32 bits that stands for a pair, without a table of all pairs."""
        mixed = (one * 0x9E3779B1 ^ other * 0x85EBCA77 ^ self._salt) & MASK
        mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & MASK
        mixed = (mixed ^ mixed >> 12) * 0x297A2D39 & MASK
        return mixed ^ mixed >> 15


def _taste(person: Person) -> list[float]:
    strengths = dict(zip(person.interests, STRENGTHS, strict=False))
    return [strengths.get(topic, INDIFFERENCE) for topic in TOPICS]
