"""Who likes and keeps what. Likes follow a hidden model, so that rankings can be proven."""

from array import array
from bisect import bisect_left
from collections import defaultdict

from twitterclone.seeding.graph import Pool
from twitterclone.seeding.latent import Latent
from twitterclone.seeding.outline import REPLY, RETWEET, TOPIC_NUMBER, Outline
from twitterclone.seeding.people import DAY, Person
from twitterclone.seeding.phrases import LANGUAGES, TOPICS
from twitterclone.seeding.plan import Plan

SLOWEST = 4 * DAY  # nobody likes an older tweet
FOLLOWERS, FANS, ABROAD = 0.6, 0.85, 0.9  # who meets a tweet: bounds of these shares; the rest is anybody
PATIENCE = 8  # people who meet a tweet for each that likes it, before it is given up
BOOKMARKED = 0.02

Deed = tuple[int, int, int]  # unix ms, person, tweet's index


class Crowd:
    """Draws the people who like a tweet."""

    def __init__(self, plan: Plan) -> None:
        self.rng, self.people, self.graph, self.until = plan.rng, plan.people, plan.graph, plan.until
        people = plan.people
        self.latent = Latent(plan)
        self._followers: dict[int, array] = defaultdict(lambda: array("i"))
        for _ms, follower, following in plan.graph.follows:
            self._followers[following].append(follower)
        self._everybody = Pool([(p.number, p.activity) for p in people])
        at_home: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
        abroad: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for person in people:
            for place, topic in enumerate(person.interests):
                fan = (person.number, person.activity / (place + 1))
                at_home[person.language, TOPIC_NUMBER[topic]].append(fan)
                abroad[TOPIC_NUMBER[topic]].append(fan)
        nobody = Pool([])
        self._at_home = {
            (language, topic): Pool(at_home[language, topic]) if at_home[language, topic] else nobody
            for language in LANGUAGES
            for topic in range(len(TOPICS))
        }
        self._abroad = {topic: Pool(abroad[topic]) for topic in range(len(TOPICS))}

    def likers(self, lines: Outline, index: int) -> list[tuple[int, int]]:
        """(person, when) of everybody who likes the tweet, each person once."""
        if lines.kind[index] == RETWEET:
            return []
        author = self.people[lines.author[index]]
        wanted = self._how_many(lines, index, author)
        if not wanted:
            return []
        drawn = self._draw(author, lines.topic[index], index, wanted)
        likes = ((number, self._when(lines.ms[index])) for number in drawn)
        return [(number, when) for number, when in likes if self._could(number, when, author)]

    def _how_many(self, lines: Outline, index: int, author: Person) -> int:
        rng = self.rng
        heard = 1 + 0.36 * self.graph.followers[author.number] ** 0.55
        heard *= self.latent.quality[author.number]
        heard *= 1 + 0.25 * (lines.retweets[index] + lines.replies[index])
        if lines.kind[index] == REPLY:
            heard *= 0.45
        if rng.random() < 0.01:
            heard *= rng.paretovariate(1.2) * 3
        return min(int(rng.expovariate(1 / heard)), len(self.people) // 3)

    def _draw(self, author: Person, topic: int, index: int, wanted: int) -> list[int]:
        """People who like it, each once: those who meet it and to whom it appeals."""
        subject, drawn = self.latent.subject(author, topic, index), dict[int, None]()
        for _ in range(wanted * PATIENCE):
            number = self._reader(author, topic)
            if number is not None and self.rng.random() < self.latent.appeal(number, author, subject):
                drawn[number] = None
                if len(drawn) == wanted:
                    break
        return list(drawn)

    def _reader(self, author: Person, topic: int) -> int | None:
        """Somebody who meets the tweet: mostly a follower, else a fan of the topic, else anybody."""
        rng = self.rng
        way = rng.random()
        if author.is_private or way < FOLLOWERS:
            followers = self._followers[author.number]
            number = followers[int(rng.random() * len(followers))] if followers else None
            # the quiet ones read less
            if (
                number is None
                or rng.random() * (self.people[number].activity + 1) > self.people[number].activity
            ):
                return None
            return number
        if way < FANS:
            pool = self._at_home[author.language, topic]
        else:
            pool = self._abroad[topic] if way < ABROAD else self._everybody
        return next(iter(pool.draw(rng, 1)), None)

    def _when(self, ms: int) -> int:
        return ms + 20_000 + min(int(self.rng.expovariate(1 / (0.2 * DAY))), SLOWEST)

    def _could(self, number: int, when: int, author: Person) -> bool:
        person = self.people[number]
        return (
            when < self.until
            and person.joined < when <= person.last_active
            and person is not author
            and not person.suspended
            and not person.deactivated
            and (number, author.number) not in self.graph.blocked
        )


class Later:
    """Holds back deeds until their time has come, so that they are written in order."""

    def __init__(self) -> None:
        self._waiting: list[Deed] = []

    def add(self, deed: Deed) -> None:
        self._waiting.append(deed)

    def due(self, before: int) -> list[Deed]:
        self._waiting.sort()
        cut = bisect_left(self._waiting, (before, -1, -1))
        due, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return due
