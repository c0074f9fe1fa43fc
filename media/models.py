"""Files people upload. The pipeline that decodes and re-encodes them comes with uploads."""

from django.conf import settings
from django.db import models

from twitterclone.lib.models import Entity


class Media(Entity):
    """One uploaded file with its sizes; belongs to its uploader until a tweet or message takes it."""

    class Kind(models.TextChoices):
        IMAGE = "image"
        GIF = "gif"
        VIDEO = "video"

    class State(models.TextChoices):
        PENDING = "pending"
        READY = "ready"
        FAILED = "failed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.IMAGE)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    file = models.CharField(max_length=200, blank=True, default="")
    sizes = models.JSONField(default=dict)
    alt_text = models.CharField(max_length=1500, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    byte_size = models.PositiveBigIntegerField(default=0)
    blurhash = models.CharField(max_length=100, blank=True, default="")
    focus_x = models.FloatField(default=0)
    focus_y = models.FloatField(default=0)

    class Meta:
        db_table = "media"
        verbose_name_plural = "media"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["image", "gif", "video"]), name="media_kind"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "ready", "failed"]), name="media_state"
            ),
            models.CheckConstraint(
                condition=models.Q(focus_x__range=(-1, 1), focus_y__range=(-1, 1)), name="media_focus"
            ),
        ]
