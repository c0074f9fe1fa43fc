"""The operators' page of the admin: how the site runs now, and how it went in the last half hour.

It needs no script: everything stands on it. With one, its figures are fetched anew every few seconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from twitterclone.lib.fresh import Fresh
from twitterclone.lib.http import is_htmx
from twitterclone.monitoring.database import statements
from twitterclone.monitoring.exposition import looked
from twitterclone.monitoring.families import Found
from twitterclone.monitoring.samples import Sample, rates, sample, samples, series

PERMISSION = "accounts.view_operations"
WIDE, HIGH = 120, 32  # of a chart, in its own units
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
LATE = 15.0

known_statements = Fresh(statements, 10)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: what it is, how much, more about it, how it went, whether to worry."""

    label: str
    value: str
    detail: str = ""
    points: str = ""
    is_alarming: bool = False


@never_cache
def operations(request: HttpRequest) -> HttpResponse:
    """The page, or only its figures when the page itself asks."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    found = looked()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Operations"),
        "tiles": list(tiles(found, [*samples(), sample(found)])),
        "statements": known_statements()[:10],
        "roles": list(_roles(found)),
        "missing": sorted(name for name, up in found.of("part_up").items() if not up),
    }
    template = "admin/_operations.html" if is_htmx(request) else "admin/operations.html"
    return render(request, template, context)


def tiles(found: Found, kept: list[Sample]) -> Iterator[Tile]:
    """The figures that say whether the site is well."""
    yield from _delivery(found, kept)
    yield from _traffic(kept)
    yield from _stores(found, kept)
    yield _replicas(found, kept)
    yield _backups(found)


def _delivery(found: Found, kept: list[Sample]) -> Iterator[Tile]:
    lag, parked = kept[-1]["lag"], int(found.get("outbox_parked") or 0)
    yield Tile(_("Fan-out lag"), age(lag), _("age of the oldest event"), _line(kept, "lag"), lag > LATE)
    yield Tile(_("Deliveries a second"), *_rate(kept, "deliveries"))
    waits = ngettext("%(n)d is parked", "%(n)d are parked", parked) % {"n": parked} if parked else ""
    yield Tile(_("Events waiting"), _whole(kept[-1]["open"]), waits, _line(kept, "open"), parked > 0)
    busy = [f"{name} {count:.0f}" for name, count in found.of("queue_tasks").items() if count]
    queued = kept[-1]["queued"]
    yield Tile(_("Tasks queued"), _whole(queued), ", ".join(busy), _line(kept, "queued"), queued > 1000)


def _traffic(kept: list[Sample]) -> Iterator[Tile]:
    yield Tile(_("Requests a second"), *_rate(kept, "requests"))
    failed = rates(kept, "failed")
    yield Tile(_("Failed a second"), *_rate(kept, "failed"), bool(failed and failed[-1] > 0.1))
    yield Tile(_("Open sockets"), _whole(kept[-1]["sockets"]), "", _line(kept, "sockets"))


def _stores(found: Found, kept: list[Sample]) -> Iterator[Tile]:
    used, most = kept[-1]["connections"], found.get("database_connections_max") or 0
    locks = int(found.get("database_locks_waiting") or 0)
    detail = _("of %(most)d, %(locks)d wait for a lock") % {"most": most, "locks": locks}
    yield Tile(
        _("Connections"), _whole(used), detail, _line(kept, "connections"), most > 0 and used > 0.8 * most
    )
    away = [role for role, up in found.of("redis_up").items() if not up]
    told = _("%(roles)s: no answer") % {"roles": ", ".join(away)} if away else ""
    yield Tile(
        _("Memory of Redis"), filesizeformat(kept[-1]["memory"]), told, _line(kept, "memory"), bool(away)
    )
    days = found.get("partition_horizon_days") or 0.0
    yield Tile(_("Months ahead"), _("%(days)d days") % {"days": days}, "", "", days < 30)


def _replicas(found: Found, kept: list[Sample]) -> Tile:
    behind = kept[-1]["replica_lag"]
    count = found.get("replicas")
    detail = _("%(size)s behind") % {"size": filesizeformat(behind)} if count else ""
    line = _line(kept, "replica_lag") if count else ""
    return Tile(_("Replicas"), "—" if count is None else _whole(count), detail, line, behind > 256 * 1024**2)


def _backups(found: Found) -> Tile:
    ages = found.of("backup_age_seconds")
    if not ages:
        return Tile(_("Newest backup"), "—", _("none is known"), "", True)
    bad = [kind for kind, good in found.of("backup_ok").items() if not good]
    proved = min(found.of("backup_verified_age_seconds").values(), default=None)
    detail = _("proved %(age)s ago") % {"age": age(proved)} if proved is not None else _("never proved")
    if bad:
        detail = _("failed: %(kinds)s") % {"kinds": ", ".join(bad)}
    newest = min(ages.values())
    return Tile(_("Newest backup"), age(newest), detail, "", newest > 26 * 3600 or bool(bad))


def _sharing(roles: Iterable[str]) -> list[list[str]]:
    together: dict[str, list[str]] = {}
    for role in roles:
        together.setdefault(settings.REDIS_ROLES[role], []).append(role)
    return list(together.values())


def _roles(found: Found) -> Iterator[dict[str, Any]]:
    """Redis, server by server; roles that share one stand together."""
    memory, most = found.of("redis_memory_bytes"), found.of("redis_memory_max_bytes")
    clients, evicted = found.of("redis_clients"), found.of("redis_evicted")
    for roles in _sharing(found.of("redis_up")):
        role, up = roles[0], found.of("redis_up")[roles[0]]
        yield {
            "name": ", ".join(roles),
            "is_up": bool(up),
            "memory": filesizeformat(memory.get(role, 0)),
            "most": filesizeformat(most[role]) if most.get(role) else "",
            "clients": _whole(clients.get(role, 0)),
            "evicted": _whole(evicted.get(role, 0)),
        }


def age(seconds: float) -> str:
    """A span in its largest unit: 0.4 s, 12 s, 3 min, 5 h, 2 d."""
    if seconds < 10:
        return _("%(n).1f s") % {"n": seconds}
    if seconds < MINUTE:
        return _("%(n).0f s") % {"n": seconds}
    if seconds < HOUR:
        return _("%(n).0f min") % {"n": seconds / MINUTE}
    return (
        _("%(n).0f h") % {"n": seconds / HOUR} if seconds < 2 * DAY else _("%(n).0f d") % {"n": seconds / DAY}
    )


def _rate(kept: list[Sample], name: str) -> tuple[str, str, str]:
    """The value now, its highest, and the line."""
    found = rates(kept, name)
    if not found:
        return "—", "", ""
    highest = _("at most %(n).1f") % {"n": max(found)}
    return f"{found[-1]:.1f}", highest, points(found)


def _line(kept: list[Sample], name: str) -> str:
    return points(series(kept, name))


def points(values: list[float]) -> str:
    """The corners of a chart's line, from the left; the highest value touches the top. "" for one value."""
    if len(values) < 2:
        return ""
    highest = max(values) or 1.0
    step = WIDE / (len(values) - 1)
    return " ".join(
        f"{at * step:.1f},{HIGH - 1 - (HIGH - 2) * value / highest:.1f}" for at, value in enumerate(values)
    )


def _whole(value: float) -> str:
    return f"{value:,.0f}"
