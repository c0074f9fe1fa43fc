"""Uploaded files in the admin: seen, and removed with a word why."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from media.models import Media
from media.queries import media_card
from media.services import remove_media
from twitterclone.lib.admin import EntityAdmin, WindowFilter


@admin.register(Media)
class MediaAdmin(EntityAdmin):
    list_display = ("id", "picture", "owner", "kind", "state", "failure", "byte_size", "created_at")
    list_filter = (WindowFilter, "kind", "state")
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)
    people = ("owner",)
    actions = ("remove",)

    @admin.display(description=_("picture"))
    def picture(self, media: Media) -> str:
        card = media_card(media)
        if not card.preview_url:
            return "–"
        return format_html('<img src="{}" alt="{}" width="80" loading="lazy">', card.preview_url, card.alt)

    @admin.action(description=_("Remove the picture and its files"), permissions=["delete"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Media]) -> None:
        media = list(chosen)
        for one in media:
            self.log_deletions(request, chosen.filter(pk=one.pk))
        remove_media([one.pk for one in media])
        self.message_user(request, _("%(n)d removed.") % {"n": len(media)})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Only ours: Django's own would leave the files behind."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found
