"""What the tests of notifications share: handling the events, and looking at what came of them."""

from accounts.models import User
from notifications.models import Notification, NotificationEvent
from twitterclone.lib import outbox


def deliver() -> None:
    """Handles every open event, as a worker would."""
    outbox.drain(10_000)
    assert outbox.open_count() == 0


def lines(user: User) -> list[tuple[str, str, int, bool]]:
    """(type, actor's username, how many, read) of the user's lines, the latest first."""
    rows = Notification.objects.filter(user=user).select_related("actor").order_by("-updated_at", "-id")
    return [(row.type, row.actor.username, row.actors_count, row.is_read) for row in rows]


def facts(user: User) -> set[tuple[str, str]]:
    """(type, actor's username) of everything the user was told."""
    found = NotificationEvent.objects.filter(user=user)
    return set(found.values_list("type", "actor__username"))


def everything() -> tuple[list, list]:
    """All facts and lines, for comparing before and after."""
    shown = Notification.objects.order_by("id")
    told = NotificationEvent.objects.order_by("id")
    return (
        list(shown.values("id", "user", "type", "actor", "actors_count", "message")),
        list(told.values("id", "user", "type", "actor", "tweet", "notification_id")),
    )
