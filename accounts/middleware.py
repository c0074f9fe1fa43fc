"""Each request's session, viewer and user; and the redirect from an address that somebody had before."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from accounts.queries import NOBODY, Moved
from accounts.services import mark_active
from accounts.sessions import SessionUser, is_valid, recheck, viewer_from
from twitterclone.lib.away import REDIS, unavailable

WITHOUT_SESSION = ("/health/", "/health")  # must answer while Redis does not
# programs bring a token; their answers are JSON, which the page about sessions is not
FOR_PROGRAMS = ("/api/v", "/oauth/token", "/oauth/revoke", "/nodeinfo/", "/.well-known/")


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, meeting a Redis that does not answer with a plain page (503) and the cookie untouched."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:  # type: ignore[override]
        super().process_request(request)
        if _reads_session(request):
            try:
                request.session.warm()  # type: ignore[attr-defined]
            except REDIS:
                return unavailable(request)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            # ended from elsewhere meanwhile: the answer stands, the next request is a visitor's
            response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
            return response
        except REDIS:
            return unavailable(request)


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """Sets `request.viewer` and `request.user` from the session's hash, without a query.

    Once an hour the session reads its user again, and the user is marked as active. `request.user` loads
    the row by itself when something is asked that the session does not know.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session = request.session
        if not _reads_session(request) or not session.get("_auth_user_id"):
            request.viewer, request.user = NOBODY, AnonymousUser()  # type: ignore[attr-defined]
            return
        checked = session.facts.get("checked")  # type: ignore[attr-defined]
        if not recheck(session) or not is_valid(session):  # type: ignore[arg-type]
            session.flush()
            request.viewer, request.user = NOBODY, AnonymousUser()  # type: ignore[attr-defined]
            return
        facts = session.facts  # type: ignore[attr-defined]
        request.viewer, request.user = viewer_from(facts), SessionUser(facts)  # type: ignore[attr-defined,assignment]
        if facts["checked"] != checked:
            mark_active(user_id=int(facts["user_id"]))
        _speak(request, facts["language"])

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Who is sent to log in because their session is over is told so there."""
        location = response.headers.get("Location")
        if location and location.startswith(f"{reverse(settings.LOGIN_URL)}?") and _has_stale_cookie(request):
            response.headers["Location"] = f"{location}&ended=yes"
        return response


class MovedMiddleware:
    """Redirects a page of somebody's former username, or one in the wrong case, keeping the rest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        match = request.resolver_match
        if not isinstance(exception, Moved) or match is None:
            return None
        url = reverse(match.view_name, kwargs={**match.kwargs, "username": exception.username})
        query = request.META.get("QUERY_STRING", "")
        response = HttpResponseRedirect(f"{url}?{query}" if query else url)
        if request.method not in {"GET", "HEAD"}:
            response.status_code = 307  # the form is sent again to the new address
        return response


def _reads_session(request: HttpRequest) -> bool:
    return request.path_info not in WITHOUT_SESSION and not request.path_info.startswith(FOR_PROGRAMS)


def _speak(request: HttpRequest, language: str) -> None:
    """Answers in the language the user chose, whatever the browser prefers."""
    if language != request.LANGUAGE_CODE and language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _has_stale_cookie(request: HttpRequest) -> bool:
    has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_cookie and not request.viewer.is_authenticated and not request.session.session_key  # type: ignore[attr-defined]
