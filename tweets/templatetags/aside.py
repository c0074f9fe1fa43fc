"""{% aside %}: what rises and whom to follow, beside the column of any page."""

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tweets.timelines.aside import drawn_aside
from tweets.timelines.stencil import Reading

register = template.Library()


@register.simple_tag(takes_context=True)
def aside(context: dict[str, Any]) -> SafeString:
    """As `layouts/_aside.html` draws it for this reader; a minute old at most."""
    viewer, request = context["viewer"], context["request"]
    path, token = escape(request.get_full_path()), str(context["csrf_token"])
    return drawn_aside(viewer, Reading(viewer.id or 0, token, path, get_language() or ""))
