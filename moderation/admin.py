"""Pages and reports in the admin."""

from django.contrib import admin

from moderation.models import Page, Report
from twitterclone.lib.admin import EntityAdmin, WindowFilter


@admin.register(Page)
class PageAdmin(EntityAdmin):
    list_display = ("title", "slug", "updated_at")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("id", "created_at", "updated_at")


@admin.register(Report)
class ReportAdmin(EntityAdmin):
    list_display = ("id", "user", "reason", "state", "reporter", "tweet", "created_at")
    list_filter = (WindowFilter, "state", "reason")
    list_select_related = ("user", "reporter")
    autocomplete_fields = ("user", "reporter", "handled_by")
    raw_id_fields = ("tweet",)
    people = ("user", "reporter")
    tweets = ("tweet",)
