"""A whole world before any of it is written: people, who knows whom, who says what."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from twitterclone.seeding.graph import Graph, make_graph
from twitterclone.seeding.outline import Outline, Outliner
from twitterclone.seeding.people import Person, make_people

HISTORY = timedelta(days=740)  # a little more than 24 months


@dataclass(frozen=True, kw_only=True)
class Size:
    users: int
    tweets: int
    seed: int = 1
    until: datetime | None = None
    password: str = ""
    recent: float = 0.02  # share of the tweets that fall into the last days
    recent_days: float = 1.2  # how many these are, on average
    told: int = 5  # how many well-known people get notifications

    def busy(self, days: float) -> "Size":
        """The same, with nearly all of it said in the last days."""
        return replace(self, recent=0.9, recent_days=days)


@dataclass
class Plan:
    """Moments are unix milliseconds; `rng` goes on drawing for what is still to be made."""

    rng: Random
    start: int
    until: int
    people: list[Person]
    graph: Graph
    outline: Outline

    def well_known(self) -> list[Person]:
        """People whom everybody may see, the best known first."""
        seen = (person for person in self.people if person.is_reachable and not person.is_private)
        return sorted(seen, key=lambda person: -person.popularity)


def make_plan(size: Size, taken: set[str]) -> Plan:
    """The same world for the same size, seed and moment; `taken` are skeletons of usernames in use."""
    until = int((size.until or datetime.now(UTC)).timestamp() * 1000)
    start = until - int(HISTORY.total_seconds() * 1000)
    rng = Random(size.seed)
    people = make_people(rng, size.users, start, until, taken)
    graph = make_graph(rng, people, until)
    outliner = Outliner(rng, people, graph)
    outline = outliner.run(size.tweets, start, until, size.recent, size.recent_days)
    return Plan(rng, start, until, people, graph, outline)
