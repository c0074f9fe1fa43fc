"""The OpenAPI document, and the page that shows it."""

from functools import cache
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.response import Response

from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView


class SchemaView(ApiView):
    """The OpenAPI document of every call."""

    scopes = {"GET": PUBLIC}
    schema = None

    def get(self, request: ApiRequest) -> Response:
        return Response(openapi())


@require_safe
@csp_update({"style-src": [UNSAFE_INLINE], "img-src": [SELF, "data:"]})  # Swagger UI styles its parts inline
def docs_page(request: HttpRequest) -> HttpResponse:
    """Every call with its fields, to be read and tried; drawn by Swagger UI from our own server."""
    return render(request, "integrations/docs.html")


@cache
def openapi() -> dict[str, Any]:
    """The document, made once: it says what the code says."""
    return SchemaGenerator().get_schema(request=None, public=True)
