"""The number beside "Messages", asked for only by a page that shows it."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from messaging.queries import unread_conversations_count


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread_messages`: one query when a page first shows it, none when it does not."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.is_authenticated:
        return {"unread_messages": 0}
    return {"unread_messages": cache(partial(unread_conversations_count, viewer.id))}
