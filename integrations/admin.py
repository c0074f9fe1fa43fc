"""Programs in the admin: looked at, and turned out for everybody. Tokens are nobody's to look at."""

from typing import ClassVar

from django.contrib import admin
from oauth2_provider import admin as toolkit  # registers its own pages, which show too much
from oauth2_provider.models import AccessToken, DeviceGrant, Grant, IDToken, RefreshToken

from integrations.models import Application
from twitterclone.lib.admin import RecordAdmin

for model in (Application, AccessToken, DeviceGrant, Grant, IDToken, RefreshToken):
    if toolkit.admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Application)
class ApplicationAdmin(RecordAdmin):
    """Deleting one ends every token it holds."""

    list_display = ("name", "website", "scopes", "created")
    list_filter: ClassVar = ()
    ordering: ClassVar = ("-id",)
    fields: ClassVar = ("id", "name", "website", "redirect_uris", "scopes", "client_id", "created", "updated")
    readonly_fields: ClassVar = fields
