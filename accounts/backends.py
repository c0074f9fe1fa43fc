"""Who may log in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User


class LoginBackend(AuthenticationBackend):
    """By username or e-mail address, one look-up by equality, which the hash indexes answer.

    An unknown name takes as long as a wrong password: the parent hashes something in its place.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        login = credentials.get("username") or credentials.get("email") or ""
        user = users_logging_in_as(str(login)).first() if login else None
        return self._check_password(user, credentials["password"])

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, User) and user.is_reachable


def users_logging_in_as(login: str) -> QuerySet[User]:
    """The account meant by what was typed into the log-in form. A username never holds an @."""
    name = login.strip().lower()
    return User.objects.filter(email=name) if "@" in name else User.objects.filter(username=name)
