"""Care for the place: reports people make, and the pages that say what holds here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tweets.models import Tweet
from twitterclone.lib.fields import PartitionedForeignKey, parent_time
from twitterclone.lib.models import Entity


class Page(Entity):
    """About, rules, terms, privacy: text an admin edits. Paragraphs, and lines beginning with # or -."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "pages"
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return self.title


class Report(Entity):
    """Somebody says that a tweet, a message to them or an account breaks the rules.

    Of a message the words are kept here, and no key to it: its sender may take it back, moderators may not
    look around in the conversation.
    """

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam")
        ABUSE = "abuse", _("Abuse or harassment")
        ILLEGAL = "illegal", _("Illegal content")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        REJECTED = "rejected", _("Dismissed")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reports_made"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports")
    tweet = PartitionedForeignKey(
        Tweet, null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    tweet_created_at = parent_time("tweet")
    message_id = models.BigIntegerField(null=True, blank=True)
    message_text = models.TextField(max_length=10000, blank=True, default="", db_default="")
    reason = models.CharField(max_length=20, choices=Reason)
    comment = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reports"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["spam", "abuse", "illegal", "other"]), name="reports_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "resolved", "rejected"]), name="reports_state"
            ),
            models.UniqueConstraint(
                fields=["reporter", "user", "tweet", "message_id"],
                name="reports_open_unique",
                condition=models.Q(state="open", reporter__isnull=False),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="reports_open", condition=models.Q(state="open"))
        ]

    def __str__(self) -> str:
        """Who told of what and why; reads the two people, so fetch them with it."""
        words = {
            "user": self.user,
            "reporter": self.reporter or gettext("somebody who left"),
            "reason": self.get_reason_display().lower(),
        }
        if self.tweet_id:
            return gettext("Report of %(user)s's tweet by %(reporter)s (%(reason)s)") % words
        if self.message_id:
            return gettext("Report of %(user)s's message by %(reporter)s (%(reason)s)") % words
        return gettext("Report of %(user)s by %(reporter)s (%(reason)s)") % words
