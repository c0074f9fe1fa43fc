"""Where allauth's flows meet our rules: names, mails, limits, and who may log in."""

import time
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import flows  # noqa: F401 -- stages imports it in a circle otherwise
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context as allauth_context
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.devices import device_name
from accounts.models import User
from accounts.services import check_username, register_user, request_mail
from accounts.sessions import keep_session
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError

_NO_MATCH = _("This name and this password do not belong together. Check both, or reset your password.")
INACTIVE_KEY = "inactive_user"  # session entry: who gave the right password for an account that is closed
INACTIVE_SECONDS = 15 * 60  # how long that holds


class AccountAdapter(DefaultAccountAdapter):
    """allauth's default, with our services doing the writing."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _NO_MATCH,
        "username_password_mismatch": _NO_MATCH,
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        try:
            check_username(username)
        except DomainError as error:
            raise forms.ValidationError(str(error.message), code=error.code) from error
        return username

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: forms.Form, commit: bool = True
    ) -> User:
        data = form.cleaned_data
        return register_user(
            username=data["username"],
            email=data["email"],
            password=data.get("password1"),
            display_name=data.get("display_name", ""),
            language=(get_language() or "").split("-")[0],
        )

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Ends every session of the user but the one in which this is asked."""
        user.set_password(password)
        with transaction.atomic():
            user.save(update_fields=["password"])
            request = allauth_context.request
            if isinstance(user, User) and request and request.user == user:
                keep_session(request.session, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the mail now and promises it; a mail server that is slow or away never holds up a page."""
        request = allauth_context.request
        host = request.get_host() if request else ""
        device = device_name(context.get("user_agent", ""))
        site = SimpleNamespace(name=settings.SITE_NAME, domain=host)
        mail = self.render_mail(
            template_prefix,
            email,
            {"request": request, "email": email, "current_site": site, "device": device, **context},
        )
        html = ""
        if isinstance(mail, EmailMultiAlternatives) and mail.alternatives:
            html = str(mail.alternatives[0][0])
        request_mail(recipient=email, subject=str(mail.subject), text=str(mail.body), html=html)

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.client_address(request) or "0.0.0.0"  # noqa: S104 -- stands for "unknown"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limits by network and by account, above allauth's limit of failures."""
        login = str(credentials.get("username") or credentials.get("email") or "").lower()
        try:
            limits.check("login-network", limits.network_of(request))
            limits.check("login-account", sha256(login.encode()).hexdigest())
        except DomainError as error:
            raise forms.ValidationError(str(error.message), code=error.code) from error
        super().pre_authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        if isinstance(user, User) and not user.is_reachable:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        # good for a moment, and for the password that was given
        known = {"user": str(user.pk), "at": int(time.time()), "check": user.get_session_auth_hash()}
        request.session[INACTIVE_KEY] = known
        return super().respond_user_inactive(request, user)

    def get_login_stages(self) -> list[str]:
        return ["accounts.adapter.ConfirmEmailStage"]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")


def who_was_refused(request: HttpRequest) -> User | None:
    """Who gave the password of a closed account just now, in this browser; it has that password still."""
    known = request.session.get(INACTIVE_KEY)
    if not isinstance(known, dict) or known["at"] < time.time() - INACTIVE_SECONDS:
        return None
    user = User.objects.filter(pk=known["user"]).first()
    return user if user and constant_time_compare(known["check"], user.get_session_auth_hash()) else None


class ConfirmEmailStage(EmailVerificationStage):
    """Asks for the confirmation of an address that was typed into the sign-up form.

    Accounts that an administrator or a command made have no such address on file and pass.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user and not EmailAddress.objects.filter(user_id=user.pk, verified=False).exists():
            return None, True
        return super().handle()
