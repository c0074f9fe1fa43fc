"""What every entity has: a time-ordered id and an indexed moment of birth."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from twitterclone.lib.fields import SnowflakeField


class Entity(models.Model):
    """A row that is born once: id sorts by time, created_at is indexed."""

    id = SnowflakeField(primary_key=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True, editable=False)

    class Meta:
        abstract = True
