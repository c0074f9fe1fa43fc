"""A person's text as HTML: everything escaped, then the entities linked."""

from collections.abc import Collection

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from twitterclone.lib.text import Entity, segments

register = template.Library()


@register.simple_tag(name="linked")
def linked(text: str, mentions: Collection[str]) -> SafeString:
    """Escaped text with links; only mentions among `mentions` become links, all the rest stays as written."""
    parts = [_link(part, mentions) if isinstance(part, Entity) else escape(part) for part in segments(text)]
    return mark_safe("".join(parts))  # noqa: S308 -- every part is escaped


def _link(entity: Entity, mentions: Collection[str]) -> str:
    match entity.kind:
        case "url":
            href, shown = escape(entity.href), escape(entity.display)
            apart = 'rel="nofollow noopener ugc" target="_blank" dir="ltr"'
            return f'<a href="{href}" title="{href}" {apart}>{shown}</a>'
        case "mention" if entity.value in mentions:
            return f'<a href="{reverse("profile", args=[entity.value])}">{escape(entity.text)}</a>'
        case "hashtag":
            return f'<a href="{escape(reverse("hashtag", args=[entity.value]))}">{escape(entity.text)}</a>'
    return escape(entity.text)
