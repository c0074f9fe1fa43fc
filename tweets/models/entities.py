"""What a tweet's text names, and the media it carries."""

from django.conf import settings
from django.db import models

from media.models import Media
from tweets.models.tweet import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


class Hashtag(Entity):
    """`name` is the folded key, `display` the form first written."""

    name = models.CharField(max_length=100, unique=True)
    display = models.CharField(max_length=100)

    class Meta:
        db_table = "hashtags"

    def __str__(self) -> str:
        return f"#{self.display}"


class TweetHashtag(Entity):
    """A tweet bears a hashtag; the unique index, read backwards, is the hashtag's page."""

    hashtag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="uses", db_index=False)
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="hashtag_links")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "tweet_hashtags"
        constraints = [models.UniqueConstraint(fields=["hashtag", "tweet"], name="tweet_hashtags_unique")]


class Mention(Entity):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="mentions")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "mentions"
        constraints = [models.UniqueConstraint(fields=["user", "tweet"], name="mentions_unique")]


class TweetMedia(Entity):
    """Up to four media of a tweet, in order. One medium belongs to one tweet."""

    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="media_links", db_index=False)
    tweet_created_at = parent_time("tweet")
    media = models.OneToOneField(Media, on_delete=models.CASCADE, related_name="tweet_link")
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "tweet_media"
        constraints = [
            models.UniqueConstraint(fields=["tweet", "position"], name="tweet_media_unique"),
            models.CheckConstraint(condition=models.Q(position__lte=3), name="tweet_media_four"),
        ]
