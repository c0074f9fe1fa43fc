"""Every refusal and every failure of the API as JSON: {"error": …}, with the status that belongs to it."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.response import Response
from rest_framework.views import set_rollback

from twitterclone.lib import away
from twitterclone.lib.errors import DomainError, NotVisible, RateLimited

log = logging.getLogger(__name__)

NOT_FOUND = _("Record not found")
INVALID_TOKEN = _("The access token is invalid")
REALM = 'Bearer realm="api"'
DJANGOS: tuple[tuple[type[Exception], int, object], ...] = (
    (Http404, 404, NOT_FOUND),
    (PermissionDenied, 403, _("This action is not allowed")),
    (RequestDataTooBig, 413, _("This request is too large")),
    (SuspiciousOperation, 400, _("The request is malformed")),
)


class TooLarge(DomainError):
    status = 413
    code = "too_large"
    message = _("This request is too large.")


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST_FRAMEWORK's EXCEPTION_HANDLER: nothing leaves the API that is not JSON with an `error`."""
    set_rollback()
    if isinstance(error, DomainError):
        return _refusal(error)
    if isinstance(error, AuthenticationFailed | NotAuthenticated):
        return Response({"error": str(INVALID_TOKEN)}, status=401, headers={"WWW-Authenticate": REALM})
    if isinstance(error, APIException):
        return Response({"error": _text(error.detail)}, status=error.status_code, headers=_headers(error))
    for kind, status, message in DJANGOS:
        if isinstance(error, kind):
            return Response({"error": str(message)}, status=status)
    return _failure(error, context)


def failure(status: int, message: object) -> JsonResponse:
    """The same shape for what fails outside of the API's views."""
    return JsonResponse({"error": str(message)}, status=status)


def _refusal(error: DomainError) -> Response:
    body: dict[str, Any] = {"error": str(error.message)}
    if isinstance(error, NotVisible) and error.message is NotVisible.message:
        body["error"] = str(NOT_FOUND)  # the page's words speak of a page
    if details := getattr(error, "details", None):
        body["details"] = details
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited) else None
    return Response(body, status=error.status, headers=headers)


def _failure(error: Exception, context: Mapping[str, Any]) -> Response:
    request = context.get("request")
    if away.is_away(error):
        log.warning("the API cannot answer: %r", error)
        return Response({"error": str(away.MESSAGE)}, status=503, headers={"Retry-After": away.RETRY_AFTER})
    log.error("the API failed at %s", getattr(request, "path", ""), exc_info=error)
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    return Response({"error": str(_("Something went wrong on our side"))}, status=500)


def _text(detail: Any) -> str:
    if isinstance(detail, Mapping):
        return "; ".join(f"{name}: {_text(value)}" for name, value in detail.items())
    return "; ".join(map(_text, detail)) if isinstance(detail, list) else str(detail)


def _headers(error: APIException) -> dict[str, str] | None:
    wait = getattr(error, "wait", None)
    return {"Retry-After": str(int(wait))} if wait else None
