"""Being told: one open row per group in a table partitioned by is_read, and the facts behind it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tweets.models import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, SnowflakeField, parent_time
from twitterclone.lib.models import Entity, Named


class Type(models.TextChoices):
    FOLLOW = "follow", _("follow")
    FOLLOW_REQUEST = "follow_request", _("follow request")
    MENTION = "mention", _("mention")
    REPLY = "reply", _("reply")
    LIKE = "like", _("like")
    RETWEET = "retweet", _("retweet")
    QUOTE = "quote", _("quote")
    MESSAGE = "message", _("message")
    POLL = "poll", _("poll end")
    SEARCH = "search", _("saved search")
    HIDDEN = "hidden", _("hidden tweet")
    REPORT_RESOLVED = "report_resolved", _("resolved report")
    REPORT_REJECTED = "report_rejected", _("dismissed report")


class Notification(Named, models.Model):
    """A line of somebody's notifications. Nothing may point at this table: rows move when read.

    `message` is plain text in the recipient's language; `actor` the latest of `actors_count` people
    (of messages: who wrote that many);
    `group_key` what is folded into one line while unread (unique in the unread partition).
    """

    id = SnowflakeField(primary_key=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    type = models.CharField(max_length=20, choices=Type)
    group_key = models.CharField(max_length=60)
    message = models.TextField(default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actors_count = models.PositiveIntegerField(default=1)
    tweet = PartitionedForeignKey(Tweet, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    tweet_created_at = parent_time("tweet")
    is_read = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "notifications"
        constraints = [
            models.CheckConstraint(condition=models.Q(type__in=Type.values), name="notifications_type"),
            models.CheckConstraint(
                condition=models.Q(is_read=False, read_at=None)
                | models.Q(is_read=True, read_at__isnull=False),
                name="notifications_read_at",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-updated_at", "-id"], name="notifications_user"),
        ]


class NotificationEvent(Entity):
    """One fact: this actor did this to this user. Its unique key makes telling twice harmless.

    `notification_id` is the line it was told in (None: known already, so not told); the line keeps its id
    when it moves to the other partition, and no foreign key may point there.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    type = models.CharField(max_length=20, choices=Type)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tweet = PartitionedForeignKey(Tweet, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    tweet_created_at = parent_time("tweet")
    group_key = models.CharField(max_length=60)
    notification_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        db_table = "notification_events"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "type", "actor", "tweet"],
                name="notification_events_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(type__in=Type.values), name="notification_events_type"),
        ]
        indexes = [
            models.Index(fields=["notification_id", "-id"], name="notification_events_line"),
            models.Index(
                fields=["user", "-id"],
                name="notification_events_told",
                condition=models.Q(notification_id__isnull=False),
            ),
        ]
