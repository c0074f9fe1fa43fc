"""The API's machinery: views with scopes, fields, pages, refusals as JSON, the OpenAPI document."""

from twitterclone.lib.api.fields import Fields
from twitterclone.lib.api.paging import Page, limit_of, offset_of
from twitterclone.lib.api.schema import described
from twitterclone.lib.api.scopes import ANY, PUBLIC, if_any
from twitterclone.lib.api.views import ApiRequest, ApiView
from twitterclone.lib.errors import Invalid

__all__ = [
    "ANY",
    "PUBLIC",
    "ApiRequest",
    "ApiView",
    "Fields",
    "Invalid",
    "Page",
    "described",
    "if_any",
    "limit_of",
    "offset_of",
]
