"""What a request is answered with while a server behind the site is away: 503, when to try again, and the
text that was sent."""

import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django_redis.exceptions import ConnectionInterrupted
from psycopg.errors import ReadOnlySqlTransaction
from redis.exceptions import RedisClusterException, RedisError

from twitterclone.lib.http import is_htmx, toast

RETRY_AFTER = "5"
MESSAGE = _("The site cannot answer at the moment. Try again in a few seconds.")
DATABASE = (OperationalError, InterfaceError)
REDIS = (RedisError, RedisClusterException, ConnectionInterrupted)
FOR_PROGRAMS = ("/api/", "/oauth/token", "/oauth/revoke", "/nodeinfo/", "/.well-known/")
KEPT_AT_MOST = 20_000  # characters of a form that are offered to be sent again

log = logging.getLogger(__name__)


def is_away(error: BaseException | None) -> bool:
    """Whether this failed because the database or Redis could not be reached, or broke off."""
    if isinstance(error, InternalError):  # a primary that is none any more
        return isinstance(error.__cause__, ReadOnlySqlTransaction)
    return isinstance(error, (*DATABASE, *REDIS))


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 as whoever asks reads it: JSON, a line on the page they have, or a page with what they wrote."""
    response: HttpResponse
    if request.path_info.startswith(FOR_PROGRAMS):
        response = JsonResponse({"error": str(MESSAGE)}, status=503)
    elif is_htmx(request):
        response = toast(HttpResponse(status=503), MESSAGE, "error")
    else:
        kept = _kept(request)
        text = next((value for name, value in kept if name in ("text", "content")), "")
        page = render_to_string("503.html", {"kept": kept, "text": text, "address": request.get_full_path()})
        response = HttpResponse(page, status=503)
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def told(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The same, and a line in the log."""
    log.warning("cannot answer %s: %r", request.path, error)
    return unavailable(request)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form, to be sent again as they are; none of one with a password or much text."""
    if request.method != "POST":
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in map(str, values)]
    except Exception:  # the body could not be read: there is nothing to offer
        return []
    secret = any("password" in name for name, _value in fields)
    return [] if secret or sum(len(value) for _name, value in fields) > KEPT_AT_MOST else fields
