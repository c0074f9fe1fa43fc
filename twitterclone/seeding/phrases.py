"""What people say about what, in which language: read from the files in phrases/."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("phrases")
TOPICS = (
    "hiking", "code", "baking", "photo", "books", "football", "space", "music", "film",
    "games", "garden", "cats", "coffee", "trains", "cycling", "city", "science",
)  # fmt: skip
# language: share of the people, hours between the clock on the wall and UTC
LANGUAGES = {
    "en": (0.46, 0), "de": (0.14, 1), "ja": (0.13, 9), "zh": (0.1, 8), "ar": (0.06, 2), "es": (0.06, -4),
    "fr": (0.05, 1),
}  # fmt: skip
EMOJI = {
    "hiking": "⛰️ 🥾 🌄", "code": "🐘 🐍 💻", "baking": "🥐 🍞 🧈", "photo": "📷 🎞️ 🌆", "books": "📚 📖 ✍️",
    "football": "⚽ 🏟️ 🧣", "space": "🪐 🔭 🚀", "music": "🎶 🎻 🎧", "film": "🎬 🍿 📽️", "games": "🎮 🎲 🏆",
    "garden": "🌱 🍅 🐝", "cats": "🐈 🐾 😼", "coffee": "☕ 🫘 🥐", "trains": "🚆 🌙 🛤️",
    "cycling": "🚲 💨 🚴🏽‍♀️",
    "city": "🏙️ 🚋 🌧️", "science": "🔬 🧪 🪲",
}  # fmt: skip
WITHOUT_SPACES = ("ja", "zh")
_LISTS = ("places", "days")
_NAMES = ("first", "last")


@dataclass
class Topic:
    tags: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass
class Book:
    """Everything one language knows how to say."""

    language: str
    topics: dict[str, Topic]
    lines: dict[str, list[str]]  # replies, quotes, closers, bios
    places: list[str]
    days: list[str]
    topic_names: dict[str, str]
    first: list[tuple[str, str]]  # as written, in Latin letters
    last: list[tuple[str, str]]

    @property
    def space(self) -> str:
        return "" if self.language in WITHOUT_SPACES else " "


@cache
def book(language: str) -> Book:
    """The phrases of a language, read once."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            current = sections.setdefault(line[2:].strip(), [])
        elif line.strip():
            current.append(line.strip())
    return Book(
        language=language,
        topics={name: _topic(sections.pop(name)) for name in TOPICS},
        topic_names=dict(pair.split("=") for pair in " ".join(sections.pop("topicnames")).split()),
        **{name: _split(sections.pop(name)) for name in _LISTS},  # type: ignore[arg-type]
        **{name: _names(sections.pop(name)) for name in _NAMES},  # type: ignore[arg-type]
        lines=sections,
    )


def _topic(rows: list[str]) -> Topic:
    """A section's lines with {thing} and {Thing} already filled in with each of its things."""
    topic = Topic()
    things: list[str] = []
    for row in rows:
        if row.startswith("tags: "):
            topic.tags = row.removeprefix("tags: ").split()
        elif row.startswith("thing: "):
            things = _split([row.removeprefix("thing: ")])
        else:
            filled = (_with_thing(row, thing) for thing in things)
            topic.lines += dict.fromkeys(filled)
    return topic


def _with_thing(row: str, thing: str) -> str:
    return row.replace("{thing}", thing).replace("{Thing}", thing[0].upper() + thing[1:])


def _split(rows: list[str]) -> list[str]:
    return [part.strip() for row in rows for part in row.split("|")]


def _names(rows: list[str]) -> list[tuple[str, str]]:
    pairs = (word.partition(":") for row in rows for word in row.split())
    return [(written, latin or written) for written, _colon, latin in pairs]
