"""What For you is ranked by: a person's weights, and what their past says about people and topics."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tweets.models.entities import Hashtag
from twitterclone.lib.models import Entity

# in the order in which people read them; a CHECK in the database knows the same names and bounds
DEFAULT_WEIGHTS = {
    "recency": 1.4,
    "likes": 0.8,
    "retweets": 0.3,
    "replies": 0.3,
    "affinity": 0.8,
    "following": 0.5,
    "friends": 0.6,
    "topics": 0.5,
    "trends": 0.1,
    "language": 0.5,
    "variety": 0.2,
}
LEAST_WEIGHT, MOST_WEIGHT = -2.0, 2.0


def default_weights() -> dict[str, float]:
    """The document everybody begins with."""
    return dict(DEFAULT_WEIGHTS)


def _user(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name=related_name, db_index=False
    )


class Recipe(Entity):
    """A person's weights. With a `share_key` whoever knows the link may read and take them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recipe")
    name = models.CharField(_("name"), max_length=60, blank=True, default="")
    weights = models.JSONField(default=default_weights)
    share_key = models.CharField(max_length=30, unique=True, null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "recipes"
        verbose_name = _("recipe of For you")
        verbose_name_plural = _("recipes of For you")


class Affinity(models.Model):
    """What a person did with an author's tweets lately; `value` counts what is long ago for less.

    Derived, as are the two below: Celery writes them anew, so they need neither ids nor births of their own.
    """

    user = _user("affinities")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    likes = models.IntegerField(default=0)
    replies = models.IntegerField(default=0)
    retweets = models.IntegerField(default=0)
    value = models.FloatField()

    class Meta:
        db_table = "affinities"
        verbose_name_plural = _("affinities")
        constraints = [
            models.UniqueConstraint(fields=["user", "author"], name="affinities_unique"),
            models.CheckConstraint(
                condition=models.Q(likes__gte=0, replies__gte=0, retweets__gte=0, value__gte=0),
                name="affinities_figures",
            ),
        ]


class Interest(models.Model):
    """A hashtag in what a person wrote, liked and passed on lately."""

    user = _user("interests")
    hashtag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="+")
    uses = models.IntegerField()
    value = models.FloatField()

    class Meta:
        db_table = "interests"
        constraints = [
            models.UniqueConstraint(fields=["user", "hashtag"], name="interests_unique"),
            models.CheckConstraint(condition=models.Q(uses__gte=1, value__gte=0), name="interests_figures"),
        ]


class Taste(models.Model):
    """When a person's past was last looked at, and the share of each language in it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="taste")
    languages = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "tastes"
