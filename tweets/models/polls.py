"""Polls: a question's options and who chose which."""

from django.conf import settings
from django.db import models

from tweets.models.tweet import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


class Poll(Entity):
    tweet = PartitionedForeignKey(Tweet, on_delete=models.CASCADE, related_name="polls", db_index=False)
    tweet_created_at = parent_time("tweet")
    expires_at = models.DateTimeField(db_index=True)
    multiple = models.BooleanField(default=False)
    hide_totals = models.BooleanField(default=False)
    voters_count = models.IntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)  # when everybody was told

    class Meta:
        db_table = "polls"
        indexes = [models.Index(fields=["expires_at"], name="polls_open", condition=models.Q(closed_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["tweet"], name="polls_tweet_unique"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at"), voters_count__gte=0),
                name="polls_shape",
            ),
        ]


class PollOption(Entity):
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=50)
    votes_count = models.IntegerField(default=0)

    class Meta:
        db_table = "poll_options"
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="poll_options_unique"),
            models.CheckConstraint(
                condition=models.Q(position__lte=3, votes_count__gte=0), name="poll_options_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PollVote(Entity):
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="poll_votes")

    class Meta:
        db_table = "poll_votes"
        constraints = [models.UniqueConstraint(fields=["option", "user"], name="poll_votes_unique")]
