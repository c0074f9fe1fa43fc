"""What every page knows."""

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from twitterclone.lib.csrf import page_token

# by the names of addresses; the others are told by the path
SECTIONS = {
    "home": "home",
    "for-you": "for-you",
    "explore": "explore",
    "explore-people": "explore",
    "search": "explore",
    "notifications": "notifications",
    "bookmarks": "bookmarks",
    "tweet-compose": "compose",
}


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }


def form_token(request: HttpRequest) -> dict[str, Any]:
    """`csrf_token` as Django gives it, made when a template first asks for it, and much cheaper."""
    return {"csrf_token": SimpleLazyObject(lambda: page_token(request))}


def place(request: HttpRequest) -> dict[str, Any]:
    """`section`: under which item of the navigation the page stands, and `can_compose` from here.

    Few values for many pages, so that the navigation is drawn once for each of them.
    """
    section = cache(partial(_section_of, request))
    return {"section": section, "can_compose": lambda: section() not in ("compose", "settings", "messages")}


def _section_of(request: HttpRequest) -> str:
    path, match = request.path, request.resolver_match
    if "/messages/" in path:
        return "messages"
    if "/settings/" in path or "/accounts/" in path:
        return "settings"
    viewer = getattr(request, "viewer", None)
    if viewer is not None and path == viewer.url:
        return "profile"
    return SECTIONS.get((match and match.url_name) or "", "")
