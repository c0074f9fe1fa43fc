"""Who you are: the user, the names a user had, the sessions a user opened, the counters' deltas."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Lower, Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.models import Entity


def default_privacy_settings() -> dict[str, Any]:
    """The document every account begins with. A CHECK in the database knows the same keys and values."""
    return {
        "is_private": False,
        "who_may_message": "following",
        "who_may_mention": "everyone",
        "discoverable": True,
        "indexable": True,
        "read_receipts": True,
        "hide_follower_lists": False,
    }


class Skeleton(models.Func):
    """A username with look-alike letters folded: l, I and 1 are one, O and 0 are one."""

    function = "translate"
    template = "%(function)s(%(expressions)s, 'li0', '11o')"
    output_field = models.CharField(max_length=20)


class UserQuerySet(models.QuerySet["User"]):
    def reachable(self) -> "UserQuerySet":
        """Accounts that others may see: neither suspended nor deactivated."""
        return self.filter(suspended_at=None, deactivated_at=None, is_active=True)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def reachable(self) -> UserQuerySet:
        return self.get_queryset().reachable()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())

    def create_user(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user row with a hashed password; the name's case is kept for display."""
        fields.setdefault("display_name", username)
        user = self.model(username=username.lower(), username_cased=username, email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self.create_user(username, email, password, is_staff=True, is_superuser=True, **fields)


class User(Entity, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing] # untyped toolkit
    """A person's account. `username` is the lower-case key, `username_cased` what is shown."""

    username = models.CharField(_("username"), max_length=20)
    username_cased = models.CharField(max_length=20)
    username_skeleton = models.GeneratedField(
        expression=Skeleton("username"), output_field=models.CharField(max_length=20), db_persist=True
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    display_name = models.CharField(_("name"), max_length=50)
    bio = models.CharField(_("bio"), max_length=160, blank=True, default="")
    location = models.CharField(_("location"), max_length=30, blank=True, default="")
    website = models.URLField(_("website"), max_length=200, blank=True, default="")
    avatar = models.CharField(max_length=200, blank=True, default="")
    header = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, default="en")
    privacy_settings = models.JSONField(default=default_privacy_settings)
    is_private = models.GeneratedField(
        expression=Cast(KT("privacy_settings__is_private"), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    erase_at = models.DateTimeField(null=True, blank=True)  # its owner asked for it; until then it can return
    last_active_at = models.DateTimeField(default=timezone.now, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    followers_count = models.IntegerField(default=0, editable=False)
    following_count = models.IntegerField(default=0, editable=False)
    tweets_count = models.IntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("view_operations", _("Can see how the site runs"))]
        constraints = [
            models.UniqueConstraint(fields=["username"], name="users_username_unique"),
            models.UniqueConstraint(fields=["username_skeleton"], name="users_skeleton_unique"),
            models.UniqueConstraint(fields=["email"], name="users_email_unique"),
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9_]{1,20}$"), name="users_username_shape"
            ),
            models.CheckConstraint(
                condition=models.Q(username=Lower("username_cased")), name="users_username_cased_same"
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="users_email_lower"),
            models.CheckConstraint(
                condition=models.Q(followers_count__gte=0, following_count__gte=0, tweets_count__gte=0),
                name="users_counts_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["erase_at"], name="users_to_erase", condition=models.Q(erase_at__isnull=False)
            ),
            HashIndex(fields=["username"], name="users_username_hash"),
            HashIndex(fields=["email"], name="users_email_hash"),
            GinIndex(
                OpClass(Upper("username"), name="gin_trgm_ops"),
                OpClass(Upper("display_name"), name="gin_trgm_ops"),
                name="users_names_trigram",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.username_cased}"

    @property
    def is_reachable(self) -> bool:
        return self.is_active and self.suspended_at is None and self.deactivated_at is None


class FormerUsername(Entity):
    """A username somebody gave up. Its address redirects, and nobody else may take it."""

    username = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_usernames")

    class Meta:
        db_table = "former_usernames"


class Suspension(Entity):
    """Why an account is or was suspended, which its owner is told, and by whom, which they are not."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "suspensions"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="suspensions_one_open", condition=models.Q(lifted_at=None)
            )
        ]


class SessionRecord(Entity):
    """One log-in: what the sessions page shows. The session itself is a hash in Redis."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="session_records")
    digest = models.CharField(max_length=64, unique=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "session_records"


class Export(Entity):
    """All that belongs to a person as one file, made by a worker; one at a time, and kept for a week."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("no longer there")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.SmallIntegerField(default=0)  # percent
    attempts = models.SmallIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)  # by the worker, as long as it lives
    name = models.CharField(max_length=200, blank=True, default="")
    byte_size = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exports"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="exports_one_open",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "ready", "failed", "expired"]),
                name="exports_state",
            ),
            models.CheckConstraint(
                condition=models.Q(progress__range=(0, 100), byte_size__gte=0), name="exports_figures"
            ),
        ]


class UserCounterDelta(models.Model):
    """One step of a user's counter, rolled up into the row each second: a hot row is never waited for."""

    class Kind(models.TextChoices):
        FOLLOWERS = "followers"
        FOLLOWING = "following"
        TWEETS = "tweets"

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    delta = models.SmallIntegerField()

    class Meta:
        db_table = "user_counter_deltas"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["followers", "following", "tweets"]),
                name="user_counter_deltas_kind",
            )
        ]
