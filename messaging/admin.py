"""Conversations in the admin: that they happen, between whom and when. What was said is theirs alone."""

from django.contrib import admin

from messaging.models import Conversation, HiddenMessage, Message, MessageMedia, Participant
from twitterclone.lib.admin import KeptAdmin, RecordAdmin


@admin.register(Conversation)
class ConversationAdmin(KeptAdmin):
    list_display = ("id", "title", "low", "high", "last_message_at", "created_at")
    list_select_related = ("low", "high")
    people = ("low", "high")


@admin.register(Participant)
class ParticipantAdmin(RecordAdmin):
    list_display = ("user", "conversation", "accepted_at", "left_at", "created_at")
    list_select_related = ("user", "conversation")
    people = ("user",)


@admin.register(Message)
class MessageAdmin(KeptAdmin):
    """Without its words and pictures: whoever is harassed reports it, and nobody reads along."""

    exclude = ("message",)
    list_display = ("id", "conversation", "sender", "deleted_at", "created_at")
    list_select_related = ("conversation", "sender")
    people = ("sender",)


@admin.register(MessageMedia)
class MessageMediaAdmin(KeptAdmin):
    list_display = ("message", "media", "position", "created_at")
    list_select_related = ("message", "media")


@admin.register(HiddenMessage)
class HiddenMessageAdmin(KeptAdmin):
    list_display = ("user", "message", "created_at")
    list_select_related = ("user", "message")
    people = ("user",)
