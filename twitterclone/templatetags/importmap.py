"""{% importmap %}: every module under static/js by a bare name, at its hashed address."""

import functools
import json
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ROOT = Path(settings.BASE_DIR) / "static" / "js"


@register.simple_tag(takes_context=True)
def importmap(context: dict[str, Any]) -> SafeString:
    """The inline map, allowed by the request's nonce: the only inline script there is."""
    request = context.get("request")
    nonce = getattr(request, "csp_nonce", "")
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(modules()))  # noqa: S308


@functools.cache
def modules() -> str:
    """The map as JSON; it cannot change while the process lives, except for names in development."""
    imports: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*.js")):
        name = path.relative_to(ROOT).with_suffix("").as_posix()
        if name.startswith("tests/"):
            continue
        hashed = static(f"js/{name}.js")
        imports[name] = hashed
        plain = f"{settings.STATIC_URL}js/{name}.js"
        if name.startswith("lib/") and plain != hashed:
            # Libraries import each other by relative paths, so that Node can test them too
            imports[plain] = hashed
    return json.dumps({"imports": imports}, separators=(",", ":")).replace("<", "\\u003c")
