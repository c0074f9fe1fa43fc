"""Why a message is not sent. Nobody is told whether it is a block or a setting."""

from django.utils.translation import gettext_lazy as _

from twitterclone.lib.errors import DomainError, Forbidden


class EmptyMessage(DomainError):
    code = "empty"
    message = _("Write something first.")


class MessageTooLong(DomainError):
    code = "too_long"
    message = _("This is longer than 10,000 characters. Send it in parts.")


class MessageToOneself(DomainError):
    code = "message_to_oneself"
    message = _("You cannot write to yourself.")


class MayNotMessage(Forbidden):
    code = "may_not_message"
    message = _("You cannot write to this person. Your text was not sent.")


class HaveBlocked(Forbidden):
    code = "have_blocked"
    message = _("You have blocked this person. Unblock them to write to them.")


class AwaitsAnswer(Forbidden):
    code = "awaits_answer"
    message = _("They have not answered your request yet. You can write more when they have accepted it.")
