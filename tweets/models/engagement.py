"""What people do with a tweet: like, retweet, bookmark, pin; and the deltas of its counters."""

from django.conf import settings
from django.db import models

from tweets.models.tweet import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


def _user(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name=related_name, db_index=False
    )


class Like(Entity):
    user = _user("likes")
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="likes")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "likes"
        constraints = [models.UniqueConstraint(fields=["user", "tweet"], name="likes_unique")]
        indexes = [models.Index(fields=["user", "-id"], name="likes_user")]


class Retweet(Entity):
    """Says once per person and tweet what the partitioned table cannot: `retweet` is the row in tweets."""

    user = _user("retweets")
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="retweet_links")
    tweet_created_at = parent_time("tweet")
    retweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="+")
    retweet_created_at = parent_time("retweet")

    class Meta:
        db_table = "retweets"
        constraints = [models.UniqueConstraint(fields=["user", "tweet"], name="retweets_unique")]


class Bookmark(Entity):
    user = _user("bookmarks")
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="bookmarks")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "bookmarks"
        constraints = [models.UniqueConstraint(fields=["user", "tweet"], name="bookmarks_unique")]
        indexes = [models.Index(fields=["user", "-id"], name="bookmarks_user")]


class PinnedTweet(Entity):
    """Tweets a profile shows first."""

    user = _user("pinned_tweets")
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="pins")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "pinned_tweets"
        constraints = [models.UniqueConstraint(fields=["user", "tweet"], name="pinned_tweets_unique")]


class CounterDelta(models.Model):
    """One step of a tweet's counter, rolled up into the row each second.

    No foreign key: checking one against every partition would cost more than the like itself, and a
    delta whose tweet is gone is dropped by the roll-up.
    """

    class Kind(models.TextChoices):
        LIKES = "likes"
        RETWEETS = "retweets"
        REPLIES = "replies"
        QUOTES = "quotes"

    tweet_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    delta = models.SmallIntegerField()

    class Meta:
        db_table = "tweet_counter_deltas"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["likes", "retweets", "replies", "quotes"]),
                name="tweet_counter_deltas_kind",
            )
        ]
