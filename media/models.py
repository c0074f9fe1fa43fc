"""Files people upload."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from twitterclone.lib.models import Entity


class Media(Entity):
    """One uploaded file with its sizes; belongs to its uploader until a tweet or message takes it.

    While it waits, `file` names the raw upload, which nobody is ever served. When it is ready, `file` names
    the one everybody can show (JPEG, PNG or MP4), and `sizes` the others: {"color": "#rrggbb",
    "variants": [{"role", "name", "type", "width", "height"}, …]}.
    """

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
    failure = models.CharField(max_length=40, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)  # by the worker that decodes it
    loose_since = models.DateTimeField(default=timezone.now, db_default=Now())  # uploaded, or let go
    attached_at = models.DateTimeField(null=True, blank=True)  # by the tweet or message that took it

    class Meta:
        db_table = "media"
        verbose_name_plural = "media"
        indexes = [
            models.Index(fields=["id"], name="media_waiting", condition=models.Q(state="pending")),
            models.Index(fields=["loose_since"], name="media_loose", condition=models.Q(attached_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["image", "gif", "video"]), name="media_kind"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "ready", "failed"]), name="media_state"
            ),
            models.CheckConstraint(
                condition=models.Q(focus_x__range=(-1, 1), focus_y__range=(-1, 1)), name="media_focus"
            ),
        ]
