"""Uploaded files in the admin."""

from django.contrib import admin

from media.models import Media
from twitterclone.lib.admin import EntityAdmin, WindowFilter


@admin.register(Media)
class MediaAdmin(EntityAdmin):
    list_display = ("id", "owner", "kind", "state", "byte_size", "created_at")
    list_filter = (WindowFilter, "kind", "state")
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)
    people = ("owner",)
