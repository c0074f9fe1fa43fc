"""Sign-up, the closed account, and the settings pages. All of them work without JavaScript."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import perform_login
from allauth.account.views import EmailView as AllauthEmailView
from allauth.account.views import SignupView as AllauthSignupView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from accounts import care, services, sessions
from accounts.adapter import INACTIVE_KEY, who_was_refused
from accounts.archives import store
from accounts.devices import device_name, is_phone
from accounts.forms import AccountForm, AppearanceForm, DeleteForm, PasswordForm, PrivacyForm, ProfileForm
from accounts.models import User
from accounts.queries import export_file_for, export_line, suspension_reason
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError, NotVisible
from twitterclone.lib.http import NounView, is_htmx, origin, toast
from twitterclone.lib.sessions import digest_of

YEAR = 365 * 24 * 60 * 60


class SignupView(AllauthSignupView):
    """allauth's; what the service refuses stands in the form, with everything typed kept."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            limits.check("signup", limits.network_of(self.request))
            return super().form_valid(form)
        except DomainError as error:
            form.add_error(error.code if error.code in form.fields else None, str(error.message))
            return self.form_invalid(form)


class EmailView(AllauthEmailView):
    """allauth's; what is told of an address that is typed here is told after the password was given."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "action_add" in request.POST:
            raise_if_reauthentication_required(request, app="allauth.account")
        if "action_add" in request.POST or "action_send" in request.POST:
            limits.check("mail", request.user.pk or 0)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        addresses = context["emailaddresses"]
        is_sure = any(one.primary and one.verified for one in addresses)
        rows = [(one, not one.primary and (one.verified or not is_sure)) for one in addresses]
        return {**context, "rows": rows}


@never_cache
def account_inactive(request: HttpRequest) -> HttpResponse:
    """Says that the account is suspended or deactivated; POST brings a deactivated one back and logs in."""
    user = who_was_refused(request)
    if user is None:
        return redirect("account_login")
    can_return = bool(user.deactivated_at and not user.suspended_at and user.is_active)
    if request.method == "POST" and can_return:
        user = services.reactivate_user(user=user)
        del request.session[INACTIVE_KEY]
        messages.success(request, _("Welcome back. Everything is as you left it."))
        return perform_login(request, user, email_verification=settings.ACCOUNT_EMAIL_VERIFICATION)
    context = {
        "can_return": can_return,
        "erase_at": user.erase_at,
        "reason": suspension_reason(user.pk) if user.suspended_at else "",
        "page_title": _("Account closed"),
    }
    return render(request, "account/account_inactive.html", context)


@login_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/settings.html", {"page_title": _("Settings")})


class SettingsView(LoginRequiredMixin, FormView):
    """One form of settings: errors in place with the text kept, a word of success, and where it goes on.

    That is `next` or the page again; for htmx the page stays and the word is a toast.
    """

    title: Any = ""
    done: Any = gettext_lazy("Saved.")

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    def change(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.change(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.code if error.code in form.fields else None, str(error.message))
            return self.form_invalid(form)
        if is_htmx(self.request):
            return toast(HttpResponse(status=204), self.done)
        if self.done:
            messages.success(self.request, str(self.done))
        return redirect(origin(self.request) if "next" in self.request.GET else self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page_title=self.title, **kwargs)


class ProfileView(SettingsView):
    template_name = "accounts/settings_profile.html"
    form_class = ProfileForm
    title = gettext_lazy("Profile")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.user, name) for name in ProfileForm.base_fields}

    def change(self, data: dict[str, Any]) -> None:
        services.update_profile(user=self.user, **data)


class AccountView(SettingsView):
    template_name = "accounts/settings_account.html"
    form_class = AccountForm
    title = gettext_lazy("Account")

    def get_initial(self) -> dict[str, Any]:
        return {"username": self.user.username_cased, "language": self.user.language}

    def change(self, data: dict[str, Any]) -> None:
        services.change_account(user=self.user, **data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(email=self.user.email, **kwargs)


class PrivacyView(SettingsView):
    template_name = "accounts/settings_privacy.html"
    form_class = PrivacyForm
    title = gettext_lazy("Privacy")

    def get_initial(self) -> dict[str, Any]:
        return self.user.privacy_settings

    def change(self, data: dict[str, Any]) -> None:
        services.update_privacy(user=self.user, **data)


class AppearanceView(SettingsView):
    """The choices live in cookies: they belong to the browser, which needs one before the page is drawn."""

    template_name = "accounts/settings_appearance.html"
    form_class = AppearanceForm
    title = gettext_lazy("Appearance")

    def get_initial(self) -> dict[str, Any]:
        cookies = self.request.COOKIES
        return {"theme": cookies.get("theme", "auto"), "single_keys": cookies.get("keys") != "off"}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        messages.success(self.request, str(self.done))
        response = redirect(self.request.path)
        theme, has_keys = form.cleaned_data["theme"], form.cleaned_data["single_keys"]
        for name, value in (("theme", "" if theme == "auto" else theme), ("keys", "" if has_keys else "off")):
            if value:
                secure = settings.SESSION_COOKIE_SECURE
                response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure)
            else:
                response.delete_cookie(name, samesite="Lax")
        return response


class PasswordView(SettingsView):
    """A step that asks for the password first."""

    form_class: Any = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.user}


class DeactivateView(PasswordView):
    template_name = "accounts/settings_deactivate.html"
    title = gettext_lazy("Deactivate the account")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        services.deactivate_user(user=self.user)
        logout(self.request)
        messages.success(self.request, _("Your account is deactivated. Log in to bring it back."))
        return redirect("home")


class DeleteView(PasswordView):
    template_name = "accounts/settings_delete.html"
    form_class = DeleteForm
    title = gettext_lazy("Delete the account")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        care.request_deletion(user=self.user)
        logout(self.request)
        messages.success(self.request, _("Your account is hidden and will be deleted in two weeks."))
        return redirect("home")


class DataView(PasswordView):
    """Asks for one's data as a file, shows how far it is, and offers it for download."""

    template_name = "accounts/settings_data.html"
    title = gettext_lazy("Your data")
    done = ""  # the page says how far it is, and goes on saying the truth

    def change(self, data: dict[str, Any]) -> None:
        care.request_export(user=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(export=export_line(self.user.pk), **kwargs)


@never_cache
@login_required
@reauthentication_required
def export_file(request: HttpRequest, export_id: int) -> FileResponse:
    """The finished file, for its owner alone, who has just given the password."""
    name = export_file_for(request.viewer.id, export_id)  # type: ignore[attr-defined]
    filename = f"{request.viewer.username}-{export_id}.zip"  # type: ignore[attr-defined]
    try:
        file = store().open(name)
    except FileNotFoundError:
        raise NotVisible from None
    return FileResponse(file, as_attachment=True, filename=filename, content_type="application/zip")


@never_cache
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the viewer is logged in."""
    current = digest_of(request.session.session_key or "")
    lines = [_line(session, current) for session in sessions.live_sessions(request.viewer.id)]  # type: ignore[attr-defined]
    lines.sort(key=lambda line: not line["is_current"])  # the one in use first, the others as they were
    others = reverse("settings-sessions-others")
    context = {"sessions": lines, "end_others_url": others, "page_title": _("Sessions")}
    return render(request, "accounts/settings_sessions.html", context)


class SessionView(LoginRequiredMixin, NounView):
    """DELETE ends one of the viewer's own sessions, at once."""

    def delete(self, request: HttpRequest, record_id: int) -> HttpResponse:
        if not sessions.end_session(request.viewer.id, record_id):  # type: ignore[attr-defined]
            raise NotVisible
        messages.success(request, _("The session is ended."))
        return redirect("settings-sessions")


class OtherSessionsView(LoginRequiredMixin, NounView):
    """DELETE ends every session of the viewer but this one."""

    def delete(self, request: HttpRequest) -> HttpResponse:
        sessions.end_sessions(request.viewer.id, besides=request.session.session_key)  # type: ignore[attr-defined]
        messages.success(request, _("All other sessions are ended."))
        return redirect("settings-sessions")


def _line(session: sessions.LiveSession, current: str) -> dict[str, Any]:
    return {
        "id": session.record_id,
        "name": device_name(session.user_agent),
        "is_phone": is_phone(session.user_agent),
        "ip": session.ip_address,
        "since": session.since,
        "seen_at": session.seen_at,
        "is_current": session.digest == current,
        "url": reverse("settings-session", args=[session.record_id]),
    }
