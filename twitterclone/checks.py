"""What the settings must not say: refused at the start, in words, instead of failing later."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django's name

from twitterclone.lib import replica_marks
from twitterclone.lib.redis import is_cluster

SHORTEST_TOKEN = 16


@register
def redis_roles(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Only the timelines are dealt out to buckets; the scripts of the other roles need one server."""
    found: list[CheckMessage] = [
        Error(
            f"REDIS_{role.upper()}_URL names a cluster, but only the timelines may be one.",
            hint="Give this role a server of its own; docs/scaling.md says how far one goes.",
            id="twitterclone.E001",
        )
        for role, url in settings.REDIS_ROLES.items()
        if is_cluster(url) and role != "timelines"
    ]
    if settings.TIMELINE_BUCKETS < 1:
        found.append(Error("TIMELINE_BUCKETS must be 1 or more.", id="twitterclone.E002"))
    if is_cluster(settings.REDIS_ROLES["timelines"]) and settings.TIMELINE_BUCKETS == 1:
        found.append(
            Warning(
                "The timelines are on a cluster, but in one bucket: a single node holds them all.",
                hint="Set TIMELINE_BUCKETS=128.",
                id="twitterclone.W001",
            )
        )
    return found


@register
def figures_are_for_operators(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The address of the figures must not be open to everybody by mistake."""
    found: list[CheckMessage] = []
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        found.append(Error("METRICS_TOKEN is too short to be secret.", id="twitterclone.E003"))
    for network in settings.METRICS_ALLOWED:
        try:
            is_everybody = ipaddress.ip_network(network, strict=False).prefixlen == 0
        except ValueError:
            found.append(Error(f"METRICS_ALLOWED: {network!r} is no network.", id="twitterclone.E004"))
            continue
        if is_everybody:
            found.append(Error(f"METRICS_ALLOWED: {network} is everybody.", id="twitterclone.E005"))
    return found


@register
def replica_lag(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A mark of who has written is kept for some seconds: a replica may not be further behind than that."""
    found: list[CheckMessage] = []
    if settings.REPLICA_MAX_SECONDS >= replica_marks.SECONDS:
        text = f"REPLICA_MAX_SECONDS must be below {replica_marks.SECONDS}."
        found.append(Error(text, id="twitterclone.E006"))
    for url in settings.REPLICAS.values():
        parts = urlsplit(url)
        if not parts.scheme.startswith("postgres") or not parts.netloc:
            text = "DATABASE_REPLICA_URLS: each is postgresql://user:password@host:port/database."
            return [*found, Error(text, id="twitterclone.E007")]
    return found
