"""What follows for programs from what happens to an account."""

from typing import Any

from allauth.account.signals import password_reset
from django.dispatch import receiver

from accounts.models import User
from integrations.services import disconnect_all


@receiver(password_reset, dispatch_uid="programs turned out")
def on_password_reset(user: User, **_: Any) -> None:
    """Who had to get their account back may have lost it to somebody who let a program in."""
    disconnect_all(user=user)
