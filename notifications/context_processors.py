"""The number beside "Notifications", asked for only by a page that shows it."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from notifications.queries import unread_count


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread_count`: one query when a page first shows it, none when it does not or nobody is logged in.

    A function, which the template calls: a lazy object would not pass for a number where words are counted.
    """
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.is_authenticated:
        return {"unread_count": 0}
    return {"unread_count": cache(partial(unread_count, viewer.id))}
