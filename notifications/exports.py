"""What one was told: in an export. With the account goes what others were told of it too."""

from collections.abc import Iterator

from notifications.delivery import withdraw_actor
from notifications.models import Notification, NotificationEvent
from twitterclone.lib.belongings import BATCH, Row, erased, exported, in_batches, plain


@exported("notifications")
def notification_rows(user_id: int) -> Iterator[Row]:
    for line in in_batches(Notification.objects.filter(user_id=user_id)):
        yield plain(line, "type", "message", "tweet_id", "is_read", "created_at", "read_at")


@erased("notifications")
def erase_notifications(user_id: int) -> int:
    withdraw_actor(user_id)
    facts = list(NotificationEvent.objects.filter(user_id=user_id).values_list("pk", flat=True)[:BATCH])
    lines = list(Notification.objects.filter(user_id=user_id).values_list("pk", flat=True)[:BATCH])
    NotificationEvent.objects.filter(pk__in=facts).delete()
    Notification.objects.filter(user_id=user_id, pk__in=lines).delete()
    return len(facts) + len(lines)
