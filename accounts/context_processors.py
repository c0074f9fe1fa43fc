"""Who looks at the page, and in which light."""

from typing import Any

from django.http import HttpRequest

from accounts.queries import NOBODY

THEMES = ("light", "dark")


def viewer(request: HttpRequest) -> dict[str, Any]:
    """`viewer` from the session, without a query, and `theme`: light, dark or auto."""
    chosen = request.COOKIES.get("theme", "")
    return {
        "viewer": getattr(request, "viewer", NOBODY),
        "theme": chosen if chosen in THEMES else "auto",
    }
