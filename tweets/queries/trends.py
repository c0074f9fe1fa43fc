"""What rises now, as Celery found it a few minutes ago, without what moderators keep out."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tweets.models import Taste, TermKind, TrendVeto
from tweets.models import Trend as Found
from twitterclone.lib.languages import language_name, own_name

KEPT = 60  # seconds
ALL, EVERY = "", "all"  # in the table, and in addresses
_VETO = TrendVeto.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"))
READ = 0.2  # of what somebody writes and likes: then they read the language
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
    is_mixed: bool = True  # else only the list of its own kind has it

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


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language that has trends, as its own readers call it; "all" is every language together."""

    code: str
    name: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Rising:
    """What rises, the language it rises in ("" for all), its name, and what else may be asked for."""

    terms: list[Trend]
    language: str
    name: str
    missing: str  # the name of the language that was meant, when too little rises in it
    choices: list[LanguageChoice]


def rising_for(viewer_id: int | None, asked: str | None, interface: str, limit: int = 10) -> Rising:
    """What rises in the language somebody asks for, or in the one they read most, or the site's they see.

    A language that was asked for is shown however little rises in it; the others need three terms. With
    none of it the trends of all languages are shown. "all" asks for these. One query, of who is signed in.
    """
    kept = {code: [term for term in terms if term.is_mixed] for code, terms in _kept().items()}
    own = languages_read(viewer_id)
    offered = sorted({*kept, *own[:1], interface} - {ALL}, key=lambda code: (-len(kept.get(code, ())), code))
    if asked == EVERY:
        meant = language = ALL
    elif asked in offered:
        meant, language = asked, asked if kept.get(asked) else ALL
    else:
        enough = [code for code in (*own, interface) if len(kept.get(code, ())) >= FEWEST]
        meant, language = (own or [interface])[0], enough[0] if enough else ALL
    choices = [LanguageChoice(EVERY, _("All languages"), language == ALL)]
    choices += [LanguageChoice(code, own_name(code), code == language) for code in offered]
    missing = language_name(meant) if meant != language else ""
    return Rising(kept.get(language, [])[:limit], language, language_name(language), missing, choices)


def languages_read(viewer_id: int | None) -> list[str]:
    """The languages somebody writes, likes and answers, as For you knows them, the most used first."""
    if viewer_id is None:
        return []
    shares = Taste.objects.filter(user_id=viewer_id).values_list("languages", flat=True).first() or {}
    return [code for code in sorted(shares, key=lambda code: (-shares[code], code)) if shares[code] >= READ]


def rising_terms(language: str, limit: int = 5, kinds: tuple[str, ...] = ()) -> list[Trend]:
    """What rises among tweets in a language, of all kinds or of some, the strongest first.

    Of all kinds one term of each matter is told; of some also those for which a clearer term stands there.
    A language with fewer than three shows those of all. A minute old at most; a veto counts at once.
    """
    kept = _kept()
    own = kept.get(language, [])
    found = own if sum(term.is_mixed for term in own) >= FEWEST else kept.get(ALL, [])
    return [term for term in found if (term.kind in kinds if kinds else term.is_mixed)][:limit]


def trends(limit: int = 5, language: str = ALL) -> list[Trend]:
    """The hashtags that rise."""
    return rising_terms(language, limit, (TermKind.HASHTAG,))


def with_vetoes(found: QuerySet[Found]) -> QuerySet[Any]:
    """The same trends, each with `is_vetoed`: whether moderators keep it out."""
    return found.annotate(is_vetoed=Exists(_VETO))


def term_like(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Those trends, or vetoes, whose term holds the words; some hundred rows at most, so they are scanned."""
    return rows.filter(Q(name__icontains=words) | Q(key__icontains=words.lstrip("#＃").casefold()))


def _kept() -> dict[str, list[Trend]]:
    return cache.get_or_set("tweets:trends", _read, KEPT) or {}


def _read() -> dict[str, list[Trend]]:
    found: dict[str, list[Trend]] = {}
    for row in Found.objects.exclude(Exists(_VETO)).order_by("-score", "id"):
        term = Trend(row.name, row.key, row.tweets, row.people, row.kind, row.expected, row.is_mixed)
        found.setdefault(row.language, []).append(term)
    return found
