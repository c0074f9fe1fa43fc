"""`/metrics`: everything that is watched, in Prometheus's format, for operators alone.

Without METRICS_TOKEN and METRICS_ALLOWED the address is not there for anybody. What needs a look at a server
is found out at most once in five seconds, however often it is asked for.
"""

import ipaddress
from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from twitterclone.lib.fresh import Fresh
from twitterclone.lib.limits import client_address
from twitterclone.monitoring import database
from twitterclone.monitoring.families import Found
from twitterclone.monitoring.machine import look_at_certificate, look_at_folders
from twitterclone.monitoring.processes import counted, look_at_processes
from twitterclone.monitoring.stores import look_at_backups, look_at_queues, look_at_redis

FRESH = 5.0


def _look() -> Found:
    found = Found()
    found.add("info", 1, settings.VERSION)
    database.look(found)
    look_at_redis(found)
    look_at_queues(found)
    look_at_backups(found)
    look_at_folders(found)
    look_at_certificate(found)
    look_at_processes(found)
    return found


looked = Fresh(_look, FRESH)


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from counted()
        yield from looked().families()


def text() -> bytes:
    """All figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything())
    return generate_latest(registry)


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for whoever may have them; for everybody else there is no such address."""
    if not may_read(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether the token or the client's address is one of those allowed."""
    given = request.META.get("HTTP_AUTHORIZATION", "")
    token = settings.METRICS_TOKEN
    if token and compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if "HTTP_X_FORWARDED_FOR" in request.META and not settings.TRUSTED_PROXIES:
        return False  # came through a proxy that nobody told us of: whose address it is cannot be known
    address = client_address(request)
    networks = [ipaddress.ip_network(network, strict=False) for network in settings.METRICS_ALLOWED]
    return bool(address) and any(ipaddress.ip_address(address) in network for network in networks)
