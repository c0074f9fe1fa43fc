"""Who says what kind of thing when, about what, to whom: everything about the tweets except their words.

Held in arrays, a few dozen bytes a tweet, so that the counts of a tweet are known before it is written
although its replies come later.
"""

from array import array
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from twitterclone.seeding.graph import Graph
from twitterclone.seeding.people import DAY, Person
from twitterclone.seeding.phrases import LANGUAGES, TOPICS

TWEET, REPLY, QUOTE, RETWEET = range(4)
HOUR = 3_600_000
REACH = 3 * DAY, 21 * DAY  # how old a tweet may be to be answered, quoted or retweeted: busy, quiet places
WINDOW = 4000  # and how many tweets ago
SHARES = (0.44, 0.34, 0.07, 0.15)
AWAKE = (1, 1, 1, 1, 1, 3, 7, 12, 14, 13, 12, 13, 15, 13, 12, 12, 13, 15, 17, 19, 20, 18, 12, 5)
TOPIC_NUMBER = {topic: number for number, topic in enumerate(TOPICS)}


@dataclass
class Outline:
    """All tweets in the order of time; `parent` is the index of what is answered, quoted or retweeted."""

    ms: array = field(default_factory=lambda: array("q"))
    author: array = field(default_factory=lambda: array("i"))
    kind: array = field(default_factory=lambda: array("b"))
    parent: array = field(default_factory=lambda: array("i"))
    topic: array = field(default_factory=lambda: array("b"))
    replies: array = field(default_factory=lambda: array("i"))
    quotes: array = field(default_factory=lambda: array("i"))
    retweets: array = field(default_factory=lambda: array("i"))
    deleted: dict[int, int] = field(default_factory=dict)  # index → when

    def __len__(self) -> int:
        return len(self.ms)

    def add(self, ms: int, author: int, kind: int, parent: int, topic: int) -> int:
        for column, value in (
            (self.ms, ms),
            (self.author, author),
            (self.kind, kind),
            (self.parent, parent),
            (self.topic, topic),
        ):
            column.append(value)
        for column in (self.replies, self.quotes, self.retweets):
            column.append(0)
        if parent >= 0:
            (self.replies, self.quotes, self.retweets)[kind - 1][parent] += 1
        return len(self.ms) - 1


class Outliner:
    """Goes through time and decides, tweet by tweet, who does what."""

    def __init__(self, rng: Random, people: list[Person], graph: Graph) -> None:
        self.rng, self.people, self.graph = rng, people, graph
        self.outline = Outline()
        self._by_age = sorted(people, key=lambda person: person.joined)
        self._joined = [person.joined for person in self._by_age]
        self._loudness = list(accumulate(person.activity for person in self._by_age))
        self._floor, self._reach = 0, REACH[0]
        self._lively: list[int] = []  # replies that may be answered again: threads grow deep
        self._hot, self._hot_left = -1, 0  # a tweet everybody answers: threads grow wide
        self._travelling: list[int] = []  # tweets everybody passes on
        self._retweeted: set[tuple[int, int]] = set()
        self._own_last: dict[int, int] = {}

    def run(self, count: int, start: int, until: int, recent: float, recent_days: float) -> Outline:
        """`count` tweets from `start` to `until`, growing denser; a share `recent` in the last days."""
        self._reach = min(max(REACH[0], (until - start) * 150 // max(count, 1)), REACH[1])
        for ms in self._moments(count, start, until, (recent, recent_days)):
            author = self._awake_author(ms)
            if author is not None:
                self._one(ms, author, count)
        self._delete_some(until)
        return self.outline

    def _moments(self, count: int, start: int, until: int, late_ones: tuple[float, float]) -> list[int]:
        rng, span = self.rng, until - start
        recent, days = late_ones
        late = int(count * recent)
        times = [start + DAY + int((span - DAY) * rng.random() ** 0.65) for _ in range(count - late)]
        times += [max(start + DAY, until - int(rng.expovariate(1 / (days * DAY)))) for _ in range(late)]
        times.sort()
        return times

    def _awake_author(self, ms: int) -> Person | None:
        """Somebody who has joined, is still there, and whose clock says day rather than night."""
        known = bisect(self._joined, ms)
        for attempt in range(200):
            if known == 0:
                return None
            drawn = bisect(self._loudness, self.rng.random() * self._loudness[known - 1])
            person = self._by_age[min(drawn, known - 1)]
            hour = (ms // HOUR + LANGUAGES[person.language][1]) % 24
            if _is_there(person, ms) and (attempt > 8 or self.rng.random() * 20 < AWAKE[hour]):
                return person
            if attempt > 50 and person.joined <= ms and person.is_reachable:
                person.last_active = ms  # somebody comes back
                return person
        return None

    def _one(self, ms: int, author: Person, count: int) -> None:
        self._move_floor(ms)
        kind = self.rng.choices((TWEET, REPLY, QUOTE, RETWEET), SHARES)[0]
        if kind == REPLY and self._reply(ms, author):
            return
        if kind in (QUOTE, RETWEET) and self._pass_on(ms, author, kind):
            return
        index = self.outline.add(ms, author.number, TWEET, -1, self._topic(author))
        self._own_last[author.number] = index
        if not author.is_private and self.rng.random() < 0.002:
            self._hot, self._hot_left = index, min(self.rng.randint(15, 250), count // 60)

    def _move_floor(self, ms: int) -> None:
        times = self.outline.ms
        while self._floor < len(times) and (
            times[self._floor] < ms - self._reach or len(times) - self._floor > WINDOW
        ):
            self._floor += 1

    def _topic(self, author: Person) -> int:
        if self.rng.random() < 0.08:
            return self.rng.randrange(len(TOPICS))
        place = min(int(self.rng.expovariate(1.1)), len(author.interests) - 1)
        return TOPIC_NUMBER[author.interests[place]]

    def _reply(self, ms: int, author: Person) -> bool:
        chance, lines = self.rng.random(), self.outline
        parent = -1
        if chance < 0.07:
            parent = self._own_last.get(author.number, -1)
        elif chance < 0.42 and self._lively:
            parent = self._lively[self.rng.randrange(len(self._lively))]
            other = self.people[lines.author[lines.parent[parent]]]
            if self.rng.random() < 0.6 and _is_there(other, ms):
                author = other  # the one who was answered answers back
        elif chance < 0.7 and self._hot_left > 0 and self._reads_hot(author):
            parent, self._hot_left = self._hot, self._hot_left - 1
        if parent < 0 or lines.ms[parent] < ms - self._reach or not self._may_see(author.number, parent):
            parent = self._candidate(ms, author, for_all=False)
        if parent < 0 or lines.ms[parent] >= ms:
            return False
        index = lines.add(ms, author.number, REPLY, parent, lines.topic[parent])
        self._own_last[author.number] = index
        self._remember(index)
        return True

    def _reads_hot(self, author: Person) -> bool:
        return self.people[self.outline.author[self._hot]].language in {author.language, "en"}

    def _remember(self, index: int) -> None:
        if len(self._lively) < 40:
            self._lively.append(index)
        else:
            self._lively[self.rng.randrange(40)] = index

    def _pass_on(self, ms: int, author: Person, kind: int) -> bool:
        parent = self._travelling_tweet(ms, author) if self.rng.random() < 0.5 else -1
        if parent < 0:
            parent = self._candidate(ms, author, for_all=True)
        pair = (author.number, parent)
        if parent < 0 or (kind == RETWEET and pair in self._retweeted):
            return False
        if kind == RETWEET:
            self._retweeted.add(pair)
        self.outline.add(ms, author.number, kind, parent, self.outline.topic[parent])
        return True

    def _travelling_tweet(self, ms: int, author: Person) -> int:
        """One of the few tweets that everybody passes on these days, if it speaks their language."""
        if len(self._travelling) < 20 or self.rng.random() < 0.015:
            self._travelling = [*self._travelling[-19:], self._candidate(ms, author, for_all=True)]
        index = self.rng.choice(self._travelling)
        if index < self._floor or self.outline.ms[index] >= ms or not self._may_see(author.number, index):
            return -1
        other = self.people[self.outline.author[index]]
        return index if other is not author and other.language == author.language else -1

    def _candidate(self, ms: int, author: Person, *, for_all: bool) -> int:
        """A recent tweet this person would react to: their language, their interests, somebody known."""
        lines, rng, best, best_score = self.outline, self.rng, -1, 0.0
        for _ in range(7):
            if self._floor >= len(lines):
                break
            index = rng.randrange(self._floor, len(lines))
            other = self.people[lines.author[index]]
            if lines.kind[index] == RETWEET or lines.ms[index] >= ms or other is author:
                continue
            if (for_all and other.is_private) or not self._may_see(author.number, index):
                continue
            score = rng.random() + 8 * other.popularity + 3 * (other.language == author.language)
            score += 2 * (TOPICS[lines.topic[index]] in author.interests)
            score += 0.8 * (lines.retweets[index] + lines.replies[index]).bit_length()
            if score > best_score:
                best, best_score = index, score
        return best

    def _may_see(self, viewer: int, index: int) -> bool:
        other = self.outline.author[index]
        if viewer == other:
            return True
        if self.people[other].is_private and viewer not in self.graph.private_followers[other]:
            return False
        return (viewer, other) not in self.graph.blocked

    def _delete_some(self, until: int) -> None:
        """A few tweets were taken back later; their replies stay under a tombstone."""
        for index in range(len(self.outline)):
            if self.rng.random() < 0.004 and self.outline.kind[index] != RETWEET:
                when = self.outline.ms[index] + self._reach + self.rng.randint(5, 50) * DAY
                if when < until:
                    self._delete(index, when)

    def _delete(self, index: int, when: int) -> None:
        lines = self.outline
        lines.deleted[index] = when
        if lines.parent[index] >= 0:
            (lines.replies, lines.quotes)[lines.kind[index] - 1][lines.parent[index]] -= 1


def _is_there(person: Person, ms: int) -> bool:
    return person.joined <= ms <= max(person.last_active, person.joined + DAY) and not (
        0 < person.suspended <= ms or 0 < person.deactivated <= ms
    )
