"""The language and the lines of answers; and refusals that no view caught, told as the client asked."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware as DjangoMessageMiddleware
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject, empty

from twitterclone.lib import away
from twitterclone.lib.errors import DomainError, RateLimited
from twitterclone.lib.http import back, is_htmx, toast

API = ("/api/", "/oauth/", "/nodeinfo/", "/.well-known/")
PAGES = {404: "404.html", 403: "403.html", 429: "429.html", 400: "400.html"}


class ApiAddressMiddleware:
    """Programs end the API's addresses with a slash or not; a redirect would lose what they send."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)


class LanguageMiddleware(MiddlewareMixin):
    """The language a browser asks for. Django's looks for one in each address too, and ours have none."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class MessageMiddleware(DjangoMessageMiddleware):
    """Django's; where the lines of a request are kept is found out when somebody asks, mostly nobody."""

    def process_request(self, request: HttpRequest) -> None:
        request._messages = SimpleLazyObject(lambda: default_storage(request))  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(getattr(request, "_messages", None), "_wrapped", None) is empty:
            return response
        return super().process_response(request, response)


class DomainErrorMiddleware:
    """Turns a DomainError into its answer; the text a person wrote is kept by the page it stands on.

    A database or Redis that is away is a 503. Whoever opens an address that only takes forms is told so by a
    page of the site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and _is_opened(request):
            page = render(request, "405.html", status=response.status_code)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if away.is_away(exception):
            return away.told(request, exception)
        if not isinstance(exception, DomainError):
            return None
        response = refusal(request, exception)
        if isinstance(exception, RateLimited):
            response.headers["Retry-After"] = str(exception.retry_after)
        return response


def _is_opened(request: HttpRequest) -> bool:
    """Whether a browser wants a page to show."""
    is_program = request.path_info.startswith(API) or is_htmx(request)
    return request.method == "GET" and not is_program and request.accepts("text/html")


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to a refused request."""
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"error": str(error.message), "code": error.code}, status=error.status)
    if is_htmx(request):
        return toast(HttpResponse(status=error.status), error.message, "error")
    if error.status in PAGES:
        return render(request, PAGES[error.status], {"error": error}, status=error.status)
    messages.error(request, str(error.message))
    return back(request)
