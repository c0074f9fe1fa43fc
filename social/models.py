"""Who you know: follows, requests, blocks, mutes, lists. Nobody relates to themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.models import Entity


def _user(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name=related_name, db_index=False
    )


def _pair(table: str, first: str, second: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=[first, second], name=f"{table}_unique"),
        models.CheckConstraint(condition=~models.Q(**{first: models.F(second)}), name=f"{table}_not_oneself"),
    ]


class Follow(Entity):
    """`follower` sees the tweets of `following` at home."""

    follower = _user("follows_out")
    following = _user("follows_in")
    show_retweets = models.BooleanField(default=True)
    notify = models.BooleanField(default=False)

    class Meta:
        db_table = "follows"
        constraints = _pair("follows", "follower", "following")
        indexes = [models.Index(fields=["following", "follower"], name="follows_following")]


class FollowRequest(Entity):
    """A wish to follow a private account, until it is accepted or rejected (both delete the row)."""

    follower = _user("follow_requests_out")
    following = _user("follow_requests_in")

    class Meta:
        db_table = "follow_requests"
        constraints = _pair("follow_requests", "follower", "following")
        indexes = [models.Index(fields=["following", "-id"], name="follow_requests_following")]


class Block(Entity):
    """Neither sees nor reaches the other."""

    blocker = _user("blocks_out")
    blocked = _user("blocks_in")

    class Meta:
        db_table = "blocks"
        constraints = _pair("blocks", "blocker", "blocked")
        indexes = [models.Index(fields=["blocked", "blocker"], name="blocks_blocked")]


class Mute(Entity):
    """`muter` does not meet the tweets of `muted`, who never learns of it."""

    muter = _user("mutes_out")
    muted = _user("mutes_in")
    hide_notifications = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mutes"
        constraints = _pair("mutes", "muter", "muted")
        indexes = [models.Index(fields=["muted", "muter"], name="mutes_muted")]


class List(Entity):
    """A named choice of people whose tweets make a timeline of their own."""

    class Replies(models.TextChoices):
        FOLLOWED = "followed", _("Replies to people I follow")
        LIST = "list", _("Replies to members of the list")
        NONE = "none", _("No replies")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lists")
    title = models.CharField(max_length=100)
    replies_policy = models.CharField(max_length=10, choices=Replies, default=Replies.LIST)
    exclusive = models.BooleanField(default=False)

    class Meta:
        db_table = "lists"
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="lists_title_not_empty"),
            models.CheckConstraint(
                condition=models.Q(replies_policy__in=["followed", "list", "none"]),
                name="lists_replies_policy",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListMember(Entity):
    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_members")

    class Meta:
        db_table = "list_members"
        constraints = [models.UniqueConstraint(fields=["list", "user"], name="list_members_unique")]


class SuggestionDismissal(Entity):
    """`user` does not want to be told to follow `person`."""

    user = _user("dismissals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "suggestion_dismissals"
        constraints = _pair("suggestion_dismissals", "user", "person")


class InterestVector(models.Model):
    """What a person cares about, as a vector: hashtags by id with tf-idf weights, the heaviest first.

    Derived: Celery writes it from what people write, like and pass on. `names` are the hashtags as written.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="interest_vector"
    )
    features = ArrayField(models.BigIntegerField())
    weights = ArrayField(models.FloatField())
    names = ArrayField(models.TextField())
    norm = models.FloatField()
    refreshed_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "interest_vectors"
        indexes = [GinIndex(fields=["features"], name="interest_vectors_features")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(features__len=models.F("weights__len"), norm__gte=0)
                | models.Q(features=[], weights=[], norm=0),
                name="interest_vectors_shape",
            ),
        ]
