"""What stands around every request: the probes, which need nothing of the site to answer.

A load balancer asks by the machine's own address, over plain HTTP and without a cookie; so probes are
answered before anything looks at the host, sends on to https, counts limits or opens a session.
"""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from twitterclone.health import examined
from twitterclone.lib import logs, tracing
from twitterclone.lib.metrics import count_request
from twitterclone.monitoring.exposition import metrics

log = logging.getLogger("twitterclone.requests")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Probe = Callable[[HttpRequest], HttpResponse]


def live(request: HttpRequest) -> HttpResponse:
    """200: this process takes requests and answers them. It looks at nothing else."""
    return _unkept(JsonResponse({"status": "ok"}))


def ready(request: HttpRequest) -> HttpResponse:
    """Each part's state and milliseconds; 503 while one is away without which there are no pages."""
    report = examined()
    return _unkept(JsonResponse(report.as_json(), status=503 if report.status == "failing" else 200))


PROBES: dict[str, Probe] = {
    "/health/live": live,
    "/health/live/": live,
    "/health/ready": ready,
    "/health/ready/": ready,
    "/metrics": metrics,
}


class WatchMiddleware:
    """The outermost: answers probes; counts everything else with the time it took, under an id of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.has_proxies, self.logs_requests = settings.TRUSTED_PROXIES > 0, settings.LOG_REQUESTS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if probe := PROBES.get(request.path_info):
            return probe(request)
        begun = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID") if self.has_proxies else None
        request_id = logs.id_of(given)
        logs.doing.set(request_id)
        response = self._traced(request) if tracing.is_on() else self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        match = request.resolver_match
        view = match.view_name if match else _without_view(request)
        seconds = perf_counter() - begun
        count_request(view, request.method or "", response.status_code, seconds)
        if self.logs_requests:
            _log(request, view, response.status_code, seconds)
        logs.doing.set("")
        return response

    def _traced(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as a span, which belongs to the one that a proxy of ours says."""
        given = request.META.get("HTTP_TRACEPARENT", "") if self.has_proxies else ""
        with tracing.span(request.method or "", {"traceparent": given} if given else None) as made:
            response = self.get_response(request)
            match = request.resolver_match
            view = match.view_name if match else _without_view(request)
            made.update_name(f"{request.method} {view}")
            made.set_attribute("http.request.method", request.method or "")
            made.set_attribute("http.route", view)
            made.set_attribute("http.response.status_code", response.status_code)
            made.set_attribute("request.id", logs.doing.get())
            return response


class Probed:
    """An ASGI application whose probes are answered by its event loop, so that they tell of that."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        probe = PROBES.get(scope.get("path", "")) if scope["type"] == "http" else None
        if probe is None:
            await self.application(scope, receive, send)
            return
        request = ASGIRequest(scope, io.BytesIO())
        answer = live(request) if probe is live else await asyncio.to_thread(probe, request)
        headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.content}
        )


async def no_pages(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """What a server of sockets alone says to everything that is neither a socket nor a probe."""
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Only sockets here.\n"})


def _log(request: HttpRequest, view: str, status: int, seconds: float) -> None:
    """Never the address that was asked for: names and searches stand in it."""
    ms = round(1000 * seconds, 1)
    facts = {"view": view, "method": request.method, "status": status, "ms": ms}
    log.info("%s %s %s in %s ms", request.method, view, status, ms, extra=facts)


def _without_view(request: HttpRequest) -> str:
    """What was answered before an address was looked up: a static file, or a refusal."""
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Length"] = str(len(response.content))
    return response
