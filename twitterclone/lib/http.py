"""Requests and responses: whole page or fragment, verbs without JavaScript, the safe way back."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment (a boosted or restored page is a whole page)."""
    told = request.META.get
    return told("HTTP_HX_REQUEST") == "true" and "true" not in (
        told("HTTP_HX_BOOSTED"),
        told("HTTP_HX_HISTORY_RESTORE_REQUEST"),
    )


def page_path(request: HttpRequest) -> str:
    """The path of the page on which a script asks; empty without one."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path if is_htmx(request) else ""


def render_page(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The fragment for htmx, the whole page otherwise, from one context."""
    response = render(request, fragment if is_htmx(request) else page, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def back(request: HttpRequest, default: str = "/") -> HttpResponse:
    """A redirect to the form's `next`, or the page it stood on, never to another site."""
    return redirect(origin(request, default))


def origin(request: HttpRequest, default: str = "/") -> str:
    """Where the form says to go on (`next`), or the page it stood on; never another site."""
    for target in (request.POST.get("next"), request.GET.get("next"), request.headers.get("Referer")):
        if target and url_has_allowed_host_and_scheme(
            target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return target
    return default


def toast(response: HttpResponse, message: object, kind: str = "info", link: str = "") -> HttpResponse:
    """Adds a line that the page shows for a moment, with the way to what it is about."""
    line = {"message": str(message), "kind": kind, "link": link}
    response.headers["HX-Trigger"] = json.dumps({"toast": line})
    return response


def say(request: HttpRequest, words: object, link: str = "") -> None:
    """A line that the next page shows on its top, with the way to what it is about."""
    more = format_html(' <a class="link" href="{}">{}</a>', link, _("View")) if link else ""
    messages.success(request, format_html("{}{}", words, more))


class NounView(View):
    """POST makes, DELETE removes; a form without JavaScript posts `_method=DELETE`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
            request.method = "DELETE"
        return super().dispatch(request, *args, **kwargs)


class SignedInView(NounView):
    """For who is logged in. A visitor logs in first, then returns to the page where they pressed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(self.place_of(request))
        return super().dispatch(request, *args, **kwargs)

    def place_of(self, request: HttpRequest) -> str:
        """Where somebody who logs in first goes on."""
        return origin(request)
