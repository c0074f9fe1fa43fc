"""What a person does not want to read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tweets.models.tweet import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


class Filter(Entity):
    class Action(models.TextChoices):
        WARN = "warn", _("Cover with a warning")
        HIDE = "hide", _("Hide completely")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="filters")
    title = models.CharField(max_length=100)
    contexts = ArrayField(models.CharField(max_length=20), default=list)
    action = models.CharField(max_length=10, choices=Action, default=Action.WARN)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "filters"
        constraints = [
            models.CheckConstraint(condition=models.Q(action__in=["warn", "hide"]), name="filters_action"),
            models.CheckConstraint(
                condition=models.Q(
                    contexts__contained_by=["home", "notifications", "public", "thread", "account"]
                ),
                name="filters_contexts",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FilterKeyword(Entity):
    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="keywords", db_index=False)
    keyword = models.CharField(max_length=100)
    whole_word = models.BooleanField(default=True)

    class Meta:
        db_table = "filter_keywords"
        constraints = [models.UniqueConstraint(fields=["filter", "keyword"], name="filter_keywords_unique")]

    def __str__(self) -> str:
        return self.keyword


class FilterTweet(Entity):
    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="tweets", db_index=False)
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="+")
    tweet_created_at = parent_time("tweet")

    class Meta:
        db_table = "filter_tweets"
        constraints = [models.UniqueConstraint(fields=["filter", "tweet"], name="filter_tweets_unique")]
