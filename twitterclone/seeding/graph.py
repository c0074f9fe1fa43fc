"""Who knows whom. Follower counts follow Zipf's law; people find others by language and interest first."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from twitterclone.seeding.people import Person

HOUR = 3_600_000


class Pool:
    """People to draw from, the popular ones more often."""

    def __init__(self, members: list[tuple[int, float]]) -> None:
        self.numbers = [number for number, _weight in members]
        self._weights = list(accumulate(weight for _number, weight in members))

    def draw(self, rng: Random, count: int) -> list[int]:
        if not self.numbers:
            return []
        total, numbers, weights = self._weights[-1], self.numbers, self._weights
        last = len(numbers) - 1
        return [numbers[min(bisect(weights, rng.random() * total), last)] for _ in range(count)]


@dataclass
class Graph:
    """Edges as (unix ms, from, to), each list in the order of time."""

    follows: list[tuple[int, int, int]] = field(default_factory=list)
    requests: list[tuple[int, int, int]] = field(default_factory=list)
    blocks: list[tuple[int, int, int]] = field(default_factory=list)
    mutes: list[tuple[int, int, int]] = field(default_factory=list)
    followers: list[int] = field(default_factory=list)
    following: list[int] = field(default_factory=list)
    private_followers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    blocked: set[tuple[int, int]] = field(default_factory=set)  # both directions

    def sort(self) -> None:
        for edges in (self.follows, self.requests, self.blocks, self.mutes):
            edges.sort()


def make_graph(rng: Random, people: list[Person], until: int) -> Graph:
    """Follows, waiting follow requests, blocks and mutes among `people`; nobody follows over a block."""
    graph = Graph(followers=[0] * len(people), following=[0] * len(people))
    _quarrel(rng, people, graph, until)
    alike, everybody = _pools(people)
    for person in people:
        if len(people) > 1:
            wanted = min(int(rng.lognormvariate(3.3, 0.9)) + 3, len(people) // 3 + 1, 2000)
            chosen = _choose(rng, person, wanted, alike, everybody)
            _follow(rng, person, (people[number] for number in chosen), graph, until)
    graph.sort()
    return graph


def _pools(people: list[Person]) -> tuple[dict[tuple[str, str], Pool], Pool]:
    by_taste: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for person in people:
        for place, topic in enumerate(person.interests):
            by_taste[person.language, topic].append((person.number, person.popularity / (place + 1)))
    everybody = Pool([(person.number, person.popularity) for person in people])
    return {taste: Pool(members) for taste, members in by_taste.items()}, everybody


def _quarrel(rng: Random, people: list[Person], graph: Graph, until: int) -> None:
    for edges, share, both in ((graph.blocks, 0.12, True), (graph.mutes, 0.15, False)):
        met = set()
        for _ in range(int(len(people) * share)):
            one, other = rng.randrange(len(people)), rng.randrange(len(people))
            if one == other or (one, other) in met or (one, other) in graph.blocked:
                continue
            met.add((one, other))
            if both:
                graph.blocked |= {(one, other), (other, one)}
            edges.append((_moment(rng, people[one], people[other], until), one, other))


def _choose(
    rng: Random, person: Person, wanted: int, alike: dict[tuple[str, str], Pool], everybody: Pool
) -> list[int]:
    """Whom a person wants to follow: mostly their language and interests, some whom everybody knows."""
    chosen: set[int] = set()
    for place, topic in enumerate(person.interests):
        share = wanted * (0.4 if place == 0 else 0.5 / len(person.interests))
        chosen.update(alike[person.language, topic].draw(rng, int(share)))
    chosen.update(everybody.draw(rng, max(wanted - len(chosen), wanted // 6)))
    # in the order of their numbers: the order of a set is no promise
    return sorted(chosen)


def _follow(rng: Random, person: Person, others: Iterable[Person], graph: Graph, until: int) -> None:
    for other in others:
        if other is person or (person.number, other.number) in graph.blocked:
            continue
        edge = (_moment(rng, person, other, until), person.number, other.number)
        if other.is_private and rng.random() < 0.12:
            if other.is_reachable and person.is_reachable:
                graph.requests.append(edge)
            continue
        graph.follows.append(edge)
        graph.following[person.number] += 1
        graph.followers[other.number] += 1
        if other.is_private:
            graph.private_followers[other.number].add(person.number)


def _moment(rng: Random, one: Person, other: Person, until: int) -> int:
    """When two people met: both had joined, neither had gone; often within days of joining."""
    since = max(one.joined, other.joined) + HOUR
    ends = (one.suspended, one.deactivated, other.suspended, other.deactivated)
    before = min([until, *(end for end in ends if end)])
    if since >= before:
        return max(since - HOUR, min(before, until) - 1)
    return since + int((before - since - 1) * rng.random() ** 2)
