"""Rows of an older version's models, as its migrations say they were: whatever must be filled is filled."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

# what a rule of the table asks for, beyond the types of its columns
WANTED: dict[str, Callable[["Maker", int], dict[str, Any]]] = {
    "accounts.User": lambda _, n: {
        "username": f"old{n}",
        "username_cased": f"Old{n}",
        "email": f"old{n}@example.com",
    },
    "accounts.FormerUsername": lambda _, n: {"username": f"was{n}"},
    "social.Follow": lambda make, _: {"following": make.new("accounts.User")},
    "social.FollowRequest": lambda make, _: {"following": make.new("accounts.User")},
    "social.Block": lambda make, _: {"blocked": make.new("accounts.User")},
    "social.Mute": lambda make, _: {"muted": make.new("accounts.User")},
    "tweets.Poll": lambda *_: {"expires_at": timezone.now() + timedelta(days=1)},
    "account.EmailAddress": lambda _, n: {"email": f"old{n}@example.com"},
}
NUMBERS = count(1)  # of all makers together: nothing is the same twice
PLAIN: dict[type[models.Field], Any] = {
    models.BooleanField: False,
    models.IntegerField: 1,
    models.FloatField: 1.0,
    models.JSONField: {},
    models.BinaryField: b"",
    ArrayField: [],
}


class Maker:
    """Makes rows of the models in `apps`, and what they point at."""

    def __init__(self, apps: Apps) -> None:
        self.apps = apps
        self._common: dict[str, models.Model] = {}

    def new(self, label: str, **values: Any) -> models.Model:
        """A new row of its own."""
        model, number = self.apps.get_model(label), next(NUMBERS)
        values = WANTED.get(label, lambda *_: {})(self, number) | values
        for field in model._meta.concrete_fields:
            if field.name not in values and must_be_given(field):
                values[field.name] = self._value(field, number)
        return model._base_manager.create(**values)

    def _value(self, field: models.Field, number: int) -> Any:
        if field.is_relation:
            label = field.related_model._meta.label
            if field.unique or any(field.name in part.fields for part in uniques(field.model)):
                return self.new(label)
            if label not in self._common:
                self._common[label] = self.new(label)
            return self._common[label]
        if field.choices:
            return next(value for value, _ in field.flatchoices)
        if isinstance(field, models.DateTimeField):
            return timezone.now()
        if isinstance(field, models.UUIDField):
            return uuid.uuid4()
        for kind, value in PLAIN.items():
            if isinstance(field, kind):
                return value
        return f"old{number}"[: field.max_length]


def uniques(model: type[models.Model]) -> list[models.UniqueConstraint]:
    return [part for part in model._meta.constraints if isinstance(part, models.UniqueConstraint)]


def must_be_given(field: models.Field) -> bool:
    """Whether a row cannot be made without saying it."""
    is_made = (
        field.generated or isinstance(field, models.AutoField) or type(field).__name__ == "SnowflakeField"
    )
    is_set = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return not (is_made or is_set or field.null or field.has_default() or field.has_db_default())


def changeable(model: type[models.Model]) -> tuple[str, Any] | None:
    """A field that may be changed to a value of its kind, if the model has one."""
    for field in model._meta.concrete_fields:
        if (
            field.name == "created_at"
            or field.primary_key
            or field.generated
            or field.unique
            or field.is_relation
            or field.choices
        ):
            continue
        if type(field) in (models.TextField, models.CharField) and field.max_length != 1:
            return field.name, "new"
        if type(field) is models.DateTimeField and not field.auto_now:
            return field.name, timezone.now() + timedelta(days=2)
        if type(field) is models.BigIntegerField:
            return field.name, 2
    return None
