"""What rises now, as Celery found it a few minutes ago, without what moderators keep out."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.urls import reverse

from tweets.models import TermKind, TrendVeto
from tweets.models import Trend as Found

KEPT = 60  # seconds
ALL = ""
FEWEST = 3  # of a language; with fewer the trends of all languages are shown


@dataclass(frozen=True, slots=True)
class Trend:
    """A term, how many people used it in how many tweets lately, and how many people usually do."""

    name: str
    key: str
    tweets_count: int
    people_count: int
    kind: str = TermKind.HASHTAG
    expected: float = 0.0

    @property
    def shown(self) -> str:
        """As people read it: a hashtag with its sign, a link without its protocol."""
        return {TermKind.HASHTAG: f"#{self.name}", TermKind.LINK: self.key}.get(
            TermKind(self.kind), self.name
        )

    @property
    def url(self) -> str:
        """Where its tweets are."""
        if self.kind == TermKind.HASHTAG:
            return reverse("hashtag", args=[self.name])
        words = self.key if self.kind == TermKind.LINK else self.name
        return reverse("search", query={"q": f'"{words}"', "tab": "latest"})


def rising_terms(language: str, limit: int = 5, kinds: tuple[str, ...] = ()) -> list[Trend]:
    """What rises among tweets in a language, of all kinds or of some, the strongest first.

    A language with hardly any shows those of all languages. A minute old at most; a veto counts at once.
    """
    kept = _kept()
    own = kept.get(language, [])
    found = own if len(own) >= FEWEST else kept.get(ALL, [])
    return [term for term in found if not kinds or term.kind in kinds][:limit]


def trends(limit: int = 5, language: str = ALL) -> list[Trend]:
    """The hashtags that rise."""
    return rising_terms(language, limit, (TermKind.HASHTAG,))


def _kept() -> dict[str, list[Trend]]:
    return cache.get_or_set("tweets:trends", _read, KEPT) or {}


def _read() -> dict[str, list[Trend]]:
    vetoed = TrendVeto.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"))
    found: dict[str, list[Trend]] = {}
    for row in Found.objects.exclude(Exists(vetoed)).order_by("-score", "id"):
        term = Trend(row.name, row.key, row.tweets, row.people, row.kind, row.expected)
        found.setdefault(row.language, []).append(term)
    return found
