"""What stands beside the column, fetched only where a page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from accounts.queries import NOBODY, Viewer
from social.queries import suggestions
from tweets.queries.trends import rising_terms

PEOPLE_BESIDE = 3


def aside(request: HttpRequest) -> dict[str, Any]:
    """`trends`, and for who is signed in `suggestions` of people to follow; lazily."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)  # a request can fail before its session is read
    return {
        "trends": SimpleLazyObject(lambda: rising_terms(get_language() or "")),
        "suggestions": SimpleLazyObject(
            lambda: suggestions(viewer, PEOPLE_BESIDE) if viewer.is_authenticated else []
        ),
    }
