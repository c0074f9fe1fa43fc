"""The people: names, languages, hidden interests, how loud and how popular they are, since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from unicodedata import normalize

from twitterclone.seeding.phrases import LANGUAGES, TOPICS, Book, book

DAY = 86_400_000
_LOOK_ALIKES = str.maketrans("li0", "11o")
NAME_LENGTH = 20


@dataclass(slots=True)
class Person:
    """One made-up account. `interests` are hidden: the site learns of them only by what the person does."""

    number: int
    username: str
    cased: str
    display_name: str
    bio: str
    location: str
    website: str
    language: str
    interests: tuple[str, ...]  # strongest first
    joined: int  # unix ms
    last_active: int
    popularity: float
    activity: float
    is_private: bool = False
    suspended: int = 0
    deactivated: int = 0
    id: int = 0

    @property
    def is_reachable(self) -> bool:
        return not self.suspended and not self.deactivated


def skeleton(username: str) -> str:
    """The username with look-alikes folded, as the database's unique constraint sees it."""
    return username.lower().translate(_LOOK_ALIKES)


def make_people(rng: Random, count: int, start: int, until: int, taken: set[str]) -> list[Person]:
    """`count` people who joined between the two moments; `taken` holds the skeletons in use and grows."""
    ranks = list(range(count))
    rng.shuffle(ranks)
    languages = rng.choices(list(LANGUAGES), [share for share, _hours in LANGUAGES.values()], k=count)
    people = []
    for number in range(count):
        # a third is there from the first day on, so that the early months are not empty
        age = rng.random() ** 1.5 if rng.random() > 0.35 else 0.0
        joined = start + int((until - start - 2 * DAY) * age) + rng.randrange(DAY)
        people.append(_person(rng, _Born(number, languages[number], ranks[number], joined), until, taken))
    return people


class _Born(NamedTuple):
    number: int
    language: str
    rank: int  # 0 is the most popular
    joined: int


def _person(rng: Random, born: _Born, until: int, taken: set[str]) -> Person:
    number, language, rank, joined = born
    words = book(language)
    first, last = rng.choice(words.first), rng.choice(words.last)
    interests = tuple(rng.sample(TOPICS, rng.choice((1, 2, 2, 3, 3, 4))))
    cased = _free_name(rng, first[1], last[1], interests[0], taken)
    lost = rng.random()
    gone = joined + int((until - joined) * rng.random())
    return Person(
        number=number,
        username=cased.lower(),
        cased=cased,
        display_name=_display_name(rng, words, first[0], last[0]),
        bio=_bio(rng, words, interests) if rng.random() < 0.85 else "",
        location=rng.choice(words.places) if rng.random() < 0.6 else "",
        website=f"https://{cased.lower().replace('_', '-')}.example" if rng.random() < 0.2 else "",
        language=language,
        interests=interests,
        joined=joined,
        last_active=until - int(rng.expovariate(1 / (6 * DAY))) if lost > 0.2 else gone,
        popularity=1 / (rank + 3) ** 0.85,
        activity=rng.lognormvariate(0, 1.1) + 0.4 / (rank + 1) ** 0.3,
        is_private=rank > 3 and rng.random() < 0.06,
        suspended=gone if rank > 3 and lost < 0.008 else 0,
        deactivated=gone if rank > 3 and 0.008 <= lost < 0.018 else 0,
    )


def _display_name(rng: Random, words: Book, first: str, last: str) -> str:
    if words.space == "":
        return f"{last}{words.space}{first}" if rng.random() < 0.8 else first
    style = rng.random()
    if style < 0.7:
        return f"{first} {last}"
    return first if style < 0.85 else f"{first} {rng.choice('🌿🐘📷🚲✨🎧☕🐈')}"


def _bio(rng: Random, words: Book, interests: tuple[str, ...]) -> str:
    topic = words.topic_names[interests[0]]
    other = words.topic_names[interests[-1] if len(interests) > 1 else rng.choice(TOPICS)]
    text = rng.choice(words.lines["bios"])
    return text.format(
        topic=topic, Topic=topic[0].upper() + topic[1:], topic2=other, place=rng.choice(words.places)
    )[:160]


def _free_name(rng: Random, first: str, last: str, topic: str, taken: set[str]) -> str:
    for name in _names(rng, _ascii(first), _ascii(last), topic):
        key = skeleton(name)
        if len(name) <= NAME_LENGTH and key not in taken:
            taken.add(key)
            return name
    raise RuntimeError("no username is free")


def _names(rng: Random, first: str, last: str, topic: str) -> Iterator[str]:
    plain = [f"{first}{last}", f"{first}_{last}", f"{first[0]}{last}".lower(), f"{last}{first}".lower()]
    plain += [
        f"{topic}_{first}".lower(),
        f"{first}_{topic}".lower(),
        f"{first}{last[0]}",
        f"the{first}{last}",
    ]
    rng.shuffle(plain)
    yield from plain
    for digits in (2, 3, 4, 5, 6, 8):
        for _ in range(20):
            yield f"{first[:9]}{rng.choice(('', '_'))}{rng.randrange(10**digits)}"


def _ascii(name: str) -> str:
    """The letters of a name that a username may have."""
    plain = normalize("NFKD", name.replace("ß", "ss"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or "someone"
