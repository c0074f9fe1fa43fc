"""What pages show of conversations, and who may open one."""

from messaging.queries.access import (
    can_message,
    conversation_between,
    conversation_for,
    message_for,
    message_to,
)
from messaging.queries.inbox import (
    ConversationRow,
    inbox_page,
    requests_count,
    requests_page,
    unread_conversations_count,
)
from messaging.queries.search import MessageFound, messages_found
from messaging.queries.thread import (
    ConversationCard,
    MessageCard,
    MessagesPage,
    conversation_card,
    conversation_card_with,
    messages_page,
)

__all__ = [
    "ConversationCard",
    "ConversationRow",
    "MessageCard",
    "MessageFound",
    "MessagesPage",
    "can_message",
    "conversation_between",
    "conversation_card",
    "conversation_card_with",
    "conversation_for",
    "inbox_page",
    "message_for",
    "message_to",
    "messages_found",
    "messages_page",
    "requests_count",
    "requests_page",
    "unread_conversations_count",
]
