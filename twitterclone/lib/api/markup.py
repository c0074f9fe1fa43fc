"""A person's text as the protocol's HTML: paragraphs, line breaks, and links that name what they are."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.html import escape

from twitterclone.lib.text import Entity, segments

NOBODY: Mapping[str, str] = {}


def html_of(text: str, mentions: Mapping[str, str] = NOBODY) -> str:
    """The text, escaped, with its links; `mentions` gives the address of each username that exists."""
    paragraphs = [
        "<br />".join(_line(line, mentions) for line in lines)
        for has_words, lines in groupby(text.splitlines(), key=lambda line: bool(line.strip()))
        if has_words
    ]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def link_of(url: str) -> str:
    """An address as a link to itself."""
    shown = escape(url.partition("://")[2].removeprefix("www.").rstrip("/"))
    return f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener me" translate="no">{shown}</a>'


def absolute(url: str) -> str:
    """An address of this site with its name in front; others stay as they are."""
    return url if url.startswith(("http://", "https://")) else f"{settings.SITE_URL}{url}"


def domain() -> str:
    """The site's name in addresses: the host, with its port where it is an unusual one."""
    return urlsplit(settings.SITE_URL).netloc


def iso(moment: datetime) -> str:
    """A moment as programs read it: UTC, milliseconds, Z."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def day(moment: datetime | None) -> str | None:
    """The day of a moment, in UTC, where programs expect no time."""
    return moment.astimezone(UTC).date().isoformat() if moment else None


def _line(line: str, mentions: Mapping[str, str]) -> str:
    parts = segments(line)
    return "".join(_link(part, mentions) if isinstance(part, Entity) else escape(part) for part in parts)


def _link(entity: Entity, mentions: Mapping[str, str]) -> str:
    shown = escape(entity.display)
    match entity.kind:
        case "url":
            return (
                f'<a href="{escape(entity.href)}" target="_blank" rel="nofollow noopener" translate="no">'
                f"{shown}</a>"
            )
        case "mention" if entity.value in mentions:
            return (
                f'<span class="h-card" translate="no"><a href="{escape(mentions[entity.value])}" '
                f'class="u-url mention">@<span>{escape(entity.text[1:])}</span></a></span>'
            )
        case "hashtag":
            href = escape(absolute(f"/tags/{quote(entity.value)}/"))
            name = escape(entity.text[1:])
            return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
    return escape(entity.text)
