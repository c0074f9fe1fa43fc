"""What programs are given: registered, let in, turned out; and people who sign up through one."""

from integrations.services.applications import register_application
from integrations.services.signup import SignupRefused, confirm_token, register_person
from integrations.services.tokens import (
    disconnect_all,
    disconnect_application,
    issue_named_token,
    issue_own_token,
    issue_token,
    note_use,
)

__all__ = [
    "SignupRefused",
    "confirm_token",
    "disconnect_all",
    "disconnect_application",
    "issue_named_token",
    "issue_own_token",
    "issue_token",
    "note_use",
    "register_application",
    "register_person",
]
