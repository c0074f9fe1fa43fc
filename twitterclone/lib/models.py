"""What every entity has: a time-ordered id and an indexed moment of birth."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import capfirst

from twitterclone.lib.fields import SnowflakeField


class Named:
    """Rows without a name of their own are called by what they are and their id, as in "Follow 1234"."""

    def __str__(self) -> str:
        return f"{capfirst(self._meta.verbose_name)} {self.pk}"  # type: ignore[attr-defined]


class Entity(Named, models.Model):
    """A row that is born once: id sorts by time, created_at is indexed."""

    id = SnowflakeField(primary_key=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True, editable=False)

    class Meta:
        abstract = True
