"""What the settings must not say: refused at the start, in words, instead of failing later."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django's name

from twitterclone.lib.redis import is_cluster


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
