"""Pages that belong to no noun: health, the page for being offline, and the failures Django hands over."""

import hashlib
import json
import sys

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import cache_control
from redis.exceptions import RedisError

from twitterclone.lib import away
from twitterclone.lib.api.errors import NOT_FOUND, failure
from twitterclone.lib.redis import client


def health(request: HttpRequest) -> JsonResponse:
    """200 while the database and Redis answer, 503 and which one failed otherwise."""
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    healthy = all(parts.values())
    return JsonResponse({"status": "ok" if healthy else "failing", **parts}, status=200 if healthy else 503)


def health_for_programs(request: HttpRequest) -> HttpResponse:
    """The same as the protocol has it, at `/health`: the word OK."""
    status = health(request).status_code
    return HttpResponse("OK" if status == 200 else "failing", status=status, content_type="text/plain")


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(client("sessions").ping())
    except RedisError:
        return False


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon on pages that name none."""
    return redirect(static("img/icon.svg"))


OFFLINE_FILES = ("css/error.css", "js/offline.js", "fonts/inter-5.3.0-latin.woff2")


@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that browsers keep for when there is no connection: the same for everybody."""
    return HttpResponse(_offline_page())


@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that shows it, at the root because it answers for all pages.

    Its text changes with the page and with the names of the files, so that browsers fetch them anew then.
    """
    files = [static(name) for name in OFFLINE_FILES]
    worker = static("js/service-worker.js")
    version = hashlib.sha256("\n".join([_offline_page(), *files]).encode()).hexdigest()[:12]
    kept = json.dumps({"version": version, "page": "/offline.html", "files": files})
    lines = f"self.offline = {kept};\nimportScripts({json.dumps(worker)});\n"
    return HttpResponse(lines, content_type="text/javascript")


def _offline_page() -> str:
    return render_to_string("offline.html", {"site_name": settings.SITE_NAME})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old or came from elsewhere: says so, and how to go on."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return failure(400, _("The request is malformed"))
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return failure(404, NOT_FOUND)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """What a middleware met that no view did: a server behind the site that is away is no fault of ours."""
    error = sys.exc_info()[1]
    if error is not None and away.is_away(error):
        return away.told(request, error)
    if _is_api(request):
        return failure(500, _("Something went wrong on our side"))
    return defaults.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    """Programs read JSON, also where the API's own views are not reached."""
    return request.path.startswith(away.FOR_PROGRAMS)
