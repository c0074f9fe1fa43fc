"""What rises: hours of the past as a baseline, what was found last, and what moderators keep out."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.models import Entity


class TermKind(models.TextChoices):
    HASHTAG = "hashtag", _("Hashtag")
    WORD = "word", _("Words")
    LINK = "link", _("Link")


def _known_kind(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(kind__in=TermKind.values), name=f"{table}_kind")


class CountedHour(models.Model):
    """An hour of public tweets that was counted whole; derived, as are its terms.

    `people` are those who count; None where that was not asked yet: such an hour is counted anew.
    """

    hour = models.DateTimeField(primary_key=True)
    tweets = models.IntegerField()
    people = models.IntegerField(null=True)

    class Meta:
        db_table = "counted_hours"


class TermHour(models.Model):
    """How many people used a term within an hour, in a language or ("") in all, if two did."""

    hour = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=10, choices=TermKind)
    key = models.CharField(max_length=200)
    people = models.IntegerField()

    class Meta:
        db_table = "term_hours"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "language", "hour"], name="term_hours_unique"),
            _known_kind("term_hours"),
        ]
        indexes = [models.Index(fields=["hour"], name="term_hours_hour")]


class Trend(models.Model):
    """A term that rises now, in one language or ("") in all. Found anew every few minutes."""

    language = models.CharField(_("language"), max_length=10, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=TermKind)
    key = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=400)
    people = models.IntegerField(_("people"))
    tweets = models.IntegerField(_("tweets"))
    expected = models.FloatField(_("usual people"))
    score = models.FloatField(_("score"))
    # False for a link beside which the same people use a clearer term: only the list of links has it
    is_mixed = models.BooleanField(default=True, db_default=True)
    found_at = models.DateTimeField(_("found at"), default=timezone.now)

    class Meta:
        db_table = "trends"
        verbose_name = _("trend")
        verbose_name_plural = _("trends")
        constraints = [
            models.UniqueConstraint(fields=["language", "kind", "key"], name="trends_unique"),
            _known_kind("trends"),
        ]

    def __str__(self) -> str:
        return self.name


class TrendVeto(Entity):
    """A term that must not be shown as rising, whoever uses it, until the veto is lifted."""

    kind = models.CharField(_("kind"), max_length=10, choices=TermKind)
    key = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=400)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )

    class Meta:
        db_table = "trend_vetoes"
        verbose_name = _("veto on a trend")
        verbose_name_plural = _("vetoes on trends")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="trend_vetoes_unique"),
            _known_kind("trend_vetoes"),
        ]

    def __str__(self) -> str:
        return self.name
