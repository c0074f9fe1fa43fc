"""Accounts in the admin. Changing one goes through the same services as its owner's own changes."""

from functools import partial
from typing import Any

from allauth.account import admin as allauth_admin  # registers its own, which ours replaces
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.care import end_sessions_of, resend_confirmation
from accounts.forms import AUDIENCES as AUDIENCE_WORDS
from accounts.models import Export, FormerUsername, SessionRecord, Suspension, User
from accounts.services import change_username, check_username, suspend_user
from twitterclone.lib.admin import EntityAdmin, KeptAdmin, RecordAdmin, WindowFilter, id_in
from twitterclone.lib.admin_actions import ActingAdmin
from twitterclone.lib.errors import DomainError

PRIVACY = {
    "is_private": _("Private account"),
    "who_may_mention": _("Who may mention them"),
    "who_may_message": _("Who may write them messages"),
    "discoverable": _("May be suggested to others"),
    "indexable": _("May be found by search engines"),
    "read_receipts": _("Shows what they have read"),
    "hide_follower_lists": _("Hides lists of followers"),
}
AS_WRITTEN = {"username_cased": _("Username as written")}
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Today")


class _ChecksUsername(forms.ModelForm):
    def clean_username_cased(self) -> str:
        name = self.cleaned_data["username_cased"]
        if name != self.instance.username_cased:
            try:
                check_username(name, user=self.instance if self.instance.pk else None)
            except DomainError as error:
                raise forms.ValidationError(str(error)) from error
        return name


class NewUserForm(_ChecksUsername, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("username_cased", "email", "display_name")
        labels = AS_WRITTEN

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if EmailAddress.objects.filter(email=email).exists():
            raise forms.ValidationError(_("An account with this email address exists already."))
        return email

    def save(self, commit: bool = True) -> Any:
        self.instance.username = self.cleaned_data["username_cased"].lower()
        return super().save(commit=commit)


class UserChangeForm(_ChecksUsername, DjangoUserChangeForm):
    class Meta:
        model = User
        fields = ()  # the fieldsets choose
        labels = AS_WRITTEN
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(ActingAdmin, EntityAdmin, DjangoUserAdmin):
    change_form_template = "admin/accounts/user/change_form.html"
    form = UserChangeForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    add_form = NewUserForm
    add_fieldsets = (
        (None, {"fields": ("username_cased", "email", "display_name")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )
    fieldsets = (
        (None, {"fields": ("username_cased", "email", "password")}),
        (_("Profile"), {"fields": ("display_name", "bio", "location", "website", "language")}),
        (_("Privacy"), {"fields": ("privacy",)}),
        (_("State"), {"fields": ("is_active", "suspended_at", "suspension", "deactivated_at", "erase_at")}),
        (_("Powers"), {"fields": POWERS}),
        (_("Counts"), {"fields": ("followers_count", "following_count", "tweets_count")}),
        (_("Times"), {"fields": ("id", "created_at", "last_login", "last_active_at", "updated_at")}),
    )
    readonly_fields = (
        *("id", "created_at", "email", "last_login", "last_active_at", "updated_at"),
        *(
            "privacy",
            "suspension",
            "suspended_at",
            "deactivated_at",
            "erase_at",
            "followers_count",
            "following_count",
            "tweets_count",
        ),
    )
    list_display = ("handle", "display_name", "email", "private", "suspended_at", "created_at")
    list_filter = (WindowFilter, "is_staff", "is_active", ("is_private", admin.BooleanFieldListFilter))
    search_help_text = _("An id, an email address, or the beginning of a @username.")
    ordering = ("-created_at", "-id")
    actions = ("suspend", "lift_suspension", "resend_confirmation", "end_sessions")

    @admin.display(description=_("username"))
    def handle(self, user: User) -> str:
        return user.username_cased

    @admin.display(description=_("private"), boolean=True)
    def private(self, user: User) -> bool:
        return user.is_private

    @admin.display(description=_("settings"))
    def privacy(self, user: User) -> SafeString:
        """What the owner chose; it is theirs to change."""
        words: dict[Any, Any] = {True: _("yes"), False: _("no"), **dict(AUDIENCE_WORDS)}
        chosen = ((label, words[user.privacy_settings[key]]) for key, label in PRIVACY.items())
        return format_html_join("", "<div>{}: <strong>{}</strong></div>", chosen)

    @admin.display(description=_("why, and by whom"))
    def suspension(self, user: User) -> str:
        found = user.suspensions.filter(lifted_at=None).select_related("by").first()
        return f"{found.reason or '—'} ({found.by or '—'})" if found else "-"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Powers are given by those who have them all."""
        if obj is None:
            return ()
        powers = () if request.user.is_superuser else POWERS
        return (*super().get_readonly_fields(request, obj), *powers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change a superuser, their password too, could become one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        if (identifier := id_in(term)) is not None:
            return queryset.filter(Q(pk=identifier) | Q(username=term))
        if "@" in term.removeprefix("@"):
            return queryset.filter(email=term.lower())
        return queryset.filter(username__istartswith=term.removeprefix("@"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are suspended; erasing one means erasing what others' rows point at."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
            return
        name, obj.username_cased = obj.username_cased, form.initial["username_cased"]
        super().save_model(request, obj, form, change)
        change_username(user=obj, username=name)

    def get_urls(self) -> list[Any]:
        address = path(
            "<path:user_id>/suspension/", self.admin_site.admin_view(self.decide), name="suspension"
        )
        return [address, *super().get_urls()]

    def decide(self, request: HttpRequest, user_id: str) -> HttpResponse:
        """Suspends the account, or lifts that, from the account's own page."""
        user = self.get_object(request, unquote(user_id))
        if user is None or not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            chosen = User.objects.filter(pk=user.pk)
            (self.lift_suspension if user.suspended_at else self.suspend)(request, chosen)
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))

    @admin.action(description=_("Suspend the selected accounts"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        suspend = partial(suspend_user, actor=_actor(request), reason=self.reason(request))
        self.act(request, queryset, _("Suspended"), lambda user: suspend(user=user), is_told=True)

    @admin.action(description=_("Lift the suspension of the selected accounts"), permissions=["change"])
    def lift_suspension(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        lift = partial(suspend_user, actor=_actor(request), suspended=False)
        self.act(request, queryset, _("Suspension lifted"), lambda user: lift(user=user))

    @admin.action(description=_("Send the confirmation of the address again"), permissions=["change"])
    def resend_confirmation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        again = partial(resend_confirmation, actor=_actor(request))
        self.act(request, queryset, _("Confirmation sent"), lambda user: again(user=user))

    @admin.action(description=_("End the sessions of the selected accounts"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        end = partial(end_sessions_of, actor=_actor(request))
        self.act(request, queryset, _("Sessions ended"), lambda user: end(user=user))


def _actor(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


@admin.register(FormerUsername)
class FormerUsernameAdmin(RecordAdmin):
    list_display = ("username", "user", "created_at")
    list_select_related = ("user",)
    people = ("user",)

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        former = queryset.filter(username=term.removeprefix("@").lower())
        return former if former.exists() else super().found(queryset, term)


@admin.register(Suspension)
class SuspensionAdmin(KeptAdmin):
    list_display = ("user", "reason", "by", "lifted_at", "created_at")
    list_select_related = ("user", "by")
    people = ("user", "by")


@admin.register(SessionRecord)
class SessionRecordAdmin(KeptAdmin):
    list_display = ("user", "ip_address", "last_seen_at", "ended_at", "created_at")
    list_select_related = ("user",)
    people = ("user",)


@admin.register(Export)
class ExportAdmin(KeptAdmin):
    """Who asked for their data, and how far it is; the file is its owner's alone."""

    list_display = ("user", "state", "progress", "attempts", "byte_size", "expires_at", "created_at")
    list_filter = (WindowFilter, "state")
    list_select_related = ("user",)
    people = ("user",)
    exclude = ("name",)


admin.site.unregister(allauth_admin.EmailAddress)


@admin.register(EmailAddress)
class EmailAddressAdmin(EntityAdmin):
    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified", "primary")
    list_select_related = ("user",)
    ordering = ("-id",)
    readonly_fields = ("id",)
    autocomplete_fields = ("user",)
    people = ("user",)
    search_help_text = _("An email address or a @username.")

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        if "@" in term.removeprefix("@"):
            return queryset.filter(email=term.lower())
        return super().found(queryset, term)

    def save_model(self, request: HttpRequest, obj: EmailAddress, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.primary:
            obj.set_as_primary()  # the user's row holds it too
