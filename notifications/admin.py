"""Notifications in the admin."""

from django.contrib import admin

from notifications.models import Notification, NotificationEvent
from twitterclone.lib.admin import KeptAdmin, WindowFilter


@admin.register(Notification)
class NotificationAdmin(KeptAdmin):
    list_display = ("user", "type", "message", "actors_count", "is_read", "updated_at", "created_at")
    list_filter = (WindowFilter, "is_read", "type")
    list_select_related = ("user",)
    people = ("user",)
    tweets = ("tweet",)


@admin.register(NotificationEvent)
class NotificationEventAdmin(KeptAdmin):
    list_display = ("user", "type", "actor", "tweet", "created_at")
    list_filter = (WindowFilter, "type")
    list_select_related = ("user", "actor")
    people = ("user", "actor")
    tweets = ("tweet",)
