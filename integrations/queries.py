"""Whose token this is, and which programs a person has let in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min
from django.utils import timezone
from oauth2_provider.models import AccessToken

from integrations.models import Application
from twitterclone.lib.api.scopes import SCOPES


@dataclass(frozen=True, slots=True)
class Connection:
    """A program a person has let in, with everything it may do."""

    id: int
    name: str
    website: str
    since: datetime
    used_at: datetime
    scopes: tuple[str, ...]


def token_with(checksum: str) -> AccessToken | None:
    """The token with this SHA-256, its user and its program, while it is good; one query."""
    found = AccessToken.objects.select_related("user", "application").filter(token_checksum=checksum).first()
    return found if found and found.expires > timezone.now() else None


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
        )
        for one in applications.values()
    ]
    return sorted(found, key=lambda one: one.used_at, reverse=True)
