"""Tweets before and after they are sent: drafts, schedules, edits, and keys that send only once."""

from django.conf import settings
from django.db import models

from tweets.models.tweet import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


class Draft(Entity):
    """`params` holds what the composer held besides the text: reply, audience, poll, media."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    content = models.TextField(max_length=4000)
    params = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "drafts"


class ScheduledTweet(Entity):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scheduled_tweets"
    )
    scheduled_at = models.DateTimeField(db_index=True)
    params = models.JSONField(default=dict)

    class Meta:
        db_table = "scheduled_tweets"


class TweetEdit(Entity):
    """What a tweet said before an edit."""

    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="edits")
    tweet_created_at = parent_time("tweet")
    content = models.TextField(max_length=4000)
    content_warning = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "tweet_edits"


class IdempotencyKey(Entity):
    """A key the sender chose: the second submit of one form finds the tweet of the first."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=100)
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="+")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "idempotency_keys"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_keys_unique")]
