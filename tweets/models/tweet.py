"""The tweet: one row for a tweet, a reply, a quote or a retweet, in a table partitioned by month."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psql_partition.models.options import PostgresPartitionedModelOptions
from psql_partition.types import PostgresPartitioningMethod

from twitterclone.lib.fields import PartitionedForeignKey, SnowflakeField, SnowflakeTimeField, parent_time


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    FOLLOWERS = "followers", _("Followers")
    MENTIONED = "mentioned", _("Only people mentioned")


class ReplyPolicy(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    FOLLOWING = "following", _("People I follow")
    MENTIONED = "mentioned", _("Only people mentioned")


class TweetSearch(models.Func):
    """SQL's tweet_search(content): words, and pairs of characters for scripts without spaces."""

    function = "tweet_search"


class TweetQuerySet(models.QuerySet["Tweet"]):
    def visible(self) -> "TweetQuerySet":
        """Neither deleted by the author nor hidden by a moderator."""
        return self.filter(deleted_at=None, hidden_at=None)

    def newest_first(self) -> "TweetQuerySet":
        """Ordered so that the newest partition is read first and the others only if needed."""
        return self.order_by("-created_at", "-id")


class Tweet(models.Model):
    """`created_at` is a function of `id`. A retweet has no content and names its tweet in `retweet_of`."""

    partition_time_column = "created_at"
    _partitioning_meta = PostgresPartitionedModelOptions(
        method=PostgresPartitioningMethod.RANGE, key=["created_at"]
    )

    id = SnowflakeField(primary_key=True)
    created_at = SnowflakeTimeField()
    updated_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tweets", db_index=False
    )
    content = models.TextField(_("text"), blank=True, default="")
    content_warning = models.CharField(_("content warning"), max_length=200, blank=True, default="")
    is_sensitive = models.BooleanField(default=False, db_default=False)  # its pictures wait for a press
    language = models.CharField(max_length=10, blank=True, default="")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    reply_policy = models.CharField(max_length=10, choices=ReplyPolicy, default=ReplyPolicy.EVERYONE)
    in_reply_to = PartitionedForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies", db_index=False
    )
    in_reply_to_created_at = parent_time("in_reply_to")
    in_reply_to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    quote_of = PartitionedForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="quotes", db_index=False
    )
    quote_of_created_at = parent_time("quote_of")
    retweet_of = PartitionedForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="retweets", db_index=False
    )
    retweet_of_created_at = parent_time("retweet_of")
    likes_count = models.IntegerField(default=0, editable=False)
    retweets_count = models.IntegerField(default=0, editable=False)
    replies_count = models.IntegerField(default=0, editable=False)
    quotes_count = models.IntegerField(default=0, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=200, blank=True, default="", db_default="")  # told the author
    search = models.GeneratedField(
        expression=TweetSearch("content"), output_field=SearchVectorField(), db_persist=True
    )

    objects = TweetQuerySet.as_manager()

    class Meta:
        db_table = "tweets"
        verbose_name = _("tweet")
        verbose_name_plural = _("tweets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience__in=["public", "followers", "mentioned"]), name="tweets_audience"
            ),
            models.CheckConstraint(
                condition=models.Q(reply_policy__in=["everyone", "following", "mentioned"]),
                name="tweets_reply_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    likes_count__gte=0, retweets_count__gte=0, replies_count__gte=0, quotes_count__gte=0
                ),
                name="tweets_counts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(retweet_of=None)
                | models.Q(content="", in_reply_to=None, quote_of=None, in_reply_to_user=None),
                name="tweets_retweet_is_bare",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="tweets_created_at"),
            models.Index(fields=["author", "-created_at"], name="tweets_author"),
            models.Index(
                fields=["in_reply_to"], name="tweets_in_reply_to", condition=~models.Q(in_reply_to=None)
            ),
            models.Index(fields=["quote_of"], name="tweets_quote_of", condition=~models.Q(quote_of=None)),
            models.Index(
                fields=["retweet_of"], name="tweets_retweet_of", condition=~models.Q(retweet_of=None)
            ),
            GinIndex(fields=["search"], name="tweets_search"),
        ]

    def __str__(self) -> str:
        return self.content[:50] or f"#{self.pk}"


class TimelineEntry(models.Model):
    """A row of the SQL view `timeline`: what belongs into whose home timeline, and the truth of it.

    Always filter by viewer and by a window of created_at that widens: the view has no limit of its own.
    """

    id = SnowflakeField(primary_key=True)
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    created_at = models.DateTimeField()
    retweet_of_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "timeline"
