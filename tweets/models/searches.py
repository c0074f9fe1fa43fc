"""Searches that a person keeps, to look again and to be told of what is new."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.models import Entity


class SavedSearch(Entity):
    """`query` as it was typed and cleaned. With `alerts`, what is newer than `seen_id` is told; looked for
    at `looked_at` last.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches", db_index=False
    )
    query = models.CharField(_("query"), max_length=300)
    alerts = models.BooleanField(_("alerts"), default=True)
    seen_id = models.BigIntegerField()
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "saved_searches"
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="saved_searches_unique")]
        indexes = [
            models.Index(fields=["looked_at"], name="saved_searches_due", condition=models.Q(alerts=True))
        ]

    def __str__(self) -> str:
        return self.query
