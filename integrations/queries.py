"""Whose token this is, and which programs a person has let in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import User
from integrations.models import Application
from moderation.models import Page
from twitterclone.lib.api.scopes import SCOPES
from twitterclone.lib.compiled import Compiled

FIGURES, FIGURES_SECONDS = "integrations:figures", 600


@dataclass(frozen=True, slots=True)
class Connection:
    """A program a person has let in, with everything it may do."""

    id: int
    name: str
    website: str
    since: datetime
    used_at: datetime
    scopes: tuple[str, ...]
    is_own: bool = False  # made by the person, for a program of theirs


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """How many live here."""

    users: int
    tweets: int
    active_month: int
    active_half_year: int


def site_figures() -> SiteFigures:
    """How many live here, counted at most every ten minutes; one query."""
    found = cache.get(FIGURES)
    if found is None:
        now = timezone.now()
        found = User.objects.reachable().aggregate(
            users=Count("id"),
            tweets=Coalesce(Sum("tweets_count"), 0),
            active_month=Count("id", filter=Q(last_active_at__gte=now - timedelta(days=30))),
            active_half_year=Count("id", filter=Q(last_active_at__gte=now - timedelta(days=180))),
        )
        cache.set(FIGURES, found, FIGURES_SECONDS)
    return SiteFigures(**found)


def site_rules() -> list[str]:
    """The rules as an admin wrote them: the lines of that page that begin with a dash. One query."""
    body = Page.objects.filter(slug="rules").values_list("body", flat=True).first() or ""
    return [line[2:].strip() for line in body.splitlines() if line.startswith("- ") and line[2:].strip()]


_TOKEN: Compiled[AccessToken] = Compiled(
    lambda checksum: AccessToken.objects.select_related("user", "application").filter(
        token_checksum=checksum
    ),
    1,
    of=str,
)


def token_with(checksum: str) -> AccessToken | None:
    """The token with this SHA-256, its user and its program, while it is good; one query."""
    found = _TOKEN(checksum)
    return found[0] if found and found[0].expires > timezone.now() else None


def connections_of(user_id: int) -> list[Connection]:
    """The programs a person has let in, the one used last first; three queries."""
    tokens = AccessToken.objects.filter(user_id=user_id, expires__gt=timezone.now())
    facts = {row["application_id"]: row for row in tokens.values("application_id").annotate(
        since=Min("created"), used_at=Max("updated")
    ).exclude(application_id=None)}  # fmt: skip
    scopes: dict[int, set[str]] = {}
    for application_id, granted in tokens.values_list("application_id", "scope"):
        scopes.setdefault(application_id, set()).update(granted.split())
    applications = Application.objects.in_bulk(list(facts))
    found = [
        Connection(
            id=one.pk,
            name=one.name,
            website=one.website,
            since=facts[one.pk]["since"],
            used_at=facts[one.pk]["used_at"],
            scopes=tuple(scope for scope in SCOPES if scope in scopes[one.pk]),
            is_own=one.user_id == user_id,
        )
        for one in applications.values()
    ]
    return sorted(found, key=lambda one: one.used_at, reverse=True)
