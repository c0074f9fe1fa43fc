"""Private conversations."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from media.models import Media
from twitterclone.lib.fields import SnowflakeField
from twitterclone.lib.models import Entity, Named


class MessageSearch(models.Func):
    """SQL's tweet_search(text): words, and pairs of characters for scripts without spaces."""

    function = "tweet_search"
    output_field = SearchVectorField()


class Conversation(Entity):
    """Two people's conversation has its ordered pair (`low` < `high`); a group's has none."""

    low = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    high = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    title = models.CharField(max_length=100, blank=True, default="")
    last_message_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "conversations"
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="conversations_pair_unique"),
            models.CheckConstraint(
                condition=models.Q(low=None, high=None) | models.Q(low__lt=models.F("high")),
                name="conversations_pair_ordered",
            ),
        ]


class Participant(Entity):
    """A person in a conversation: how far they read, and whether they accepted it (else it is a request).

    `last_message_id` is the newest message that stands there for this person: the place in the inbox, and
    beyond `last_read_id` it means unread. Up to `cleared_id` the person has put the conversation away.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations"
    )
    last_read_id = models.BigIntegerField(default=0)
    last_message_id = models.BigIntegerField(default=0, db_default=0)
    cleared_id = models.BigIntegerField(default=0, db_default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    muted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "participants"
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="participants_unique")]
        indexes = [
            models.Index(fields=["user", "-last_message_id"], name="participants_inbox"),
            models.Index(
                fields=["user"],
                name="participants_unread",
                condition=models.Q(
                    last_message_id__gt=models.F("last_read_id"),
                    accepted_at__isnull=False,
                    muted_at=None,
                    left_at=None,
                ),
            ),
        ]

    @property
    def other_id(self) -> int:
        """The other one of the two; the conversation must have been fetched along."""
        pair = self.conversation
        return (pair.low_id or 0) + (pair.high_id or 0) - self.user_id


class Message(Entity):
    """`client_id` is the sender's own key of the message: sending twice stores once."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages_sent"
    )
    client_id = models.UUIDField()
    message = models.TextField(max_length=10000, blank=True, default="")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "messages"
        constraints = [models.UniqueConstraint(fields=["sender", "client_id"], name="messages_client_unique")]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="messages_conversation"),
            GinIndex(MessageSearch("message"), name="messages_search"),
        ]


class MessageMedia(Named, models.Model):
    id = SnowflakeField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media_links", db_index=False)
    media = models.OneToOneField(Media, on_delete=models.CASCADE, related_name="message_link")
    position = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "message_media"
        verbose_name_plural = "message media"
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="message_media_unique")]


class HiddenMessage(Entity):
    """A message that one person has deleted for themselves: the other still has it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="hidden_from", db_index=False)

    class Meta:
        db_table = "hidden_messages"
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="hidden_messages_unique")]
