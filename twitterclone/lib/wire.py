"""How the API writes what every answer holds: moments, addresses, ids. Pure."""

from datetime import UTC, datetime

from django.conf import settings


def iso(moment: datetime) -> str:
    """A moment as the protocol has it: UTC, milliseconds, Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def maybe_iso(moment: datetime | None) -> str | None:
    """The same for a moment that may never have come."""
    return None if moment is None else iso(moment)


def absolute(path: str) -> str:
    """The whole address of one of this site's own; whole ones stay as they are."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SITE_URL}{path}"
