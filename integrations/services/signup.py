"""Registering a person through a program."""

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken

from accounts.models import User
from accounts.rules import is_reserved, is_username
from accounts.services import check_username, register_user
from integrations.models import Application
from integrations.oauth import UNCONFIRMED
from integrations.services.tokens import issue_token
from twitterclone.lib.errors import DomainError, InvalidFields
from twitterclone.lib.text import is_blank

USERNAME_LENGTH, EMAIL_LENGTH, PASSWORD_LENGTH = 20, 254, 4096

Problem = tuple[str, str]


class SignupRefused(InvalidFields):
    """Everything that is wrong at once, each field with the protocol's word for it."""


def register_person(
    *,
    request: HttpRequest,
    application: Application,
    scopes: list[str],
    username: str,
    email: str,
    password: str,
    agreement: bool,
    language: str = "",
) -> str:
    """A new account, and a token with which the program acts for it; told this once.

    While e-mail addresses are confirmed (CONFIRM_EMAIL) the token works once this one is. Refuses with
    every field that is wrong (SignupRefused).
    """
    email = email.strip().lower()
    _refuse_wrong(username, email, password, agreement)
    with transaction.atomic():
        try:
            user = register_user(username=username, email=email, password=password, language=language)
        except DomainError as error:  # somebody was quicker
            raise SignupRefused({error.code: [("ERR_TAKEN", str(error.message))]}) from error
        address = EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
        granted = [*scopes, UNCONFIRMED] if settings.CONFIRM_EMAIL else scopes
        token = issue_token(user=user, application=application, scopes=granted)
        if settings.CONFIRM_EMAIL:
            send_verification_email_to_address(request, address, signup=True)
    return token


def confirm_token(*, token: AccessToken) -> bool:
    """Makes the token of a new account work once its address is confirmed; False before that."""
    if not EmailAddress.objects.filter(user_id=token.user_id, verified=True).exists():
        return False
    token.scope = " ".join(scope for scope in token.scope.split() if scope != UNCONFIRMED)
    AccessToken.objects.filter(pk=token.pk).update(scope=token.scope)
    return True


def _refuse_wrong(username: str, email: str, password: str, agreement: bool) -> None:
    problems = {
        "username": _wrong_username(username),
        "email": _wrong_email(email),
        "password": _wrong_password(username, email, password),
        "agreement": [] if agreement else [("ERR_ACCEPTED", _("must be accepted"))],
    }
    wrong = {field: found for field, found in problems.items() if found}
    if wrong:
        raise SignupRefused(wrong)


def _wrong_username(username: str) -> list[Problem]:
    if is_blank(username):
        return [("ERR_BLANK", _("can't be blank"))]
    if len(username) > USERNAME_LENGTH:
        return [
            ("ERR_TOO_LONG", _("is too long (maximum is %(most)d characters)") % {"most": USERNAME_LENGTH})
        ]
    try:
        check_username(username)
    except DomainError as error:
        kind = "ERR_TAKEN" if is_username(username) else "ERR_INVALID"
        return [("ERR_RESERVED" if is_reserved(username) else kind, str(error.message))]
    return []


def _wrong_email(email: str) -> list[Problem]:
    if not email:
        return [("ERR_BLANK", _("can't be blank"))]
    try:
        validate_email(email)
    except ValidationError:
        return [("ERR_INVALID", _("is invalid"))]
    if len(email) > EMAIL_LENGTH:
        return [("ERR_TOO_LONG", _("is too long (maximum is %(most)d characters)") % {"most": EMAIL_LENGTH})]
    if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
        return [("ERR_TAKEN", _("has already been taken"))]
    return []


def _wrong_password(username: str, email: str, password: str) -> list[Problem]:
    if not password:
        return [("ERR_BLANK", _("can't be blank"))]
    if len(password) > PASSWORD_LENGTH:
        most = {"most": PASSWORD_LENGTH}
        return [("ERR_TOO_LONG", _("is too long (maximum is %(most)d characters)") % most)]
    try:
        validate_password(password, User(username=username, email=email))
    except ValidationError as error:
        kinds = {"password_too_short": "ERR_TOO_SHORT"}
        return [
            (kinds.get(one.code or "", "ERR_INVALID"), " ".join(one.messages)) for one in error.error_list
        ]
    return []
