"""What people do with messages: write, take back, read, accept and decline, silence, put away."""

from messaging.services.deleting import delete_message, hide_message
from messaging.services.keeping import (
    AlreadyAccepted,
    accept_conversation,
    decline_conversation,
    leave_conversation,
    mark_read,
    mute_conversation,
    tell_typing,
    unmute_conversation,
)
from messaging.services.refusals import (
    AwaitsAnswer,
    EmptyMessage,
    HaveBlocked,
    MayNotMessage,
    MessageTooLong,
    MessageToOneself,
)
from messaging.services.sending import send_message

__all__ = [
    "AlreadyAccepted",
    "AwaitsAnswer",
    "EmptyMessage",
    "HaveBlocked",
    "MayNotMessage",
    "MessageToOneself",
    "MessageTooLong",
    "accept_conversation",
    "decline_conversation",
    "delete_message",
    "hide_message",
    "leave_conversation",
    "mark_read",
    "mute_conversation",
    "send_message",
    "tell_typing",
    "unmute_conversation",
]
