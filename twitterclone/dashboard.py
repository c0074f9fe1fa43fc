"""The admin's first page: what happened today, and what waits."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from twitterclone.explain.report import last_problems
from twitterclone.lib.redis import client
from twitterclone.monitoring.stores import QUEUES
from twitterclone.reconciling import last_wrong

# One statement; each part reads an index over the day or over what is open.
_FIGURES = """
    SELECT
        (SELECT count(*) FROM users WHERE created_at >= date_trunc('day', now())),
        (SELECT count(*) FROM tweets WHERE created_at >= date_trunc('day', now())),
        (SELECT count(*) FROM messages WHERE created_at >= date_trunc('day', now())),
        (SELECT count(*) FROM reports WHERE state = 'open'),
        (SELECT min(created_at) FROM reports WHERE state = 'open'),
        (SELECT count(*) FROM media WHERE state = 'pending'),
        (SELECT count(*) FROM media WHERE state = 'failed' AND created_at >= date_trunc('day', now())),
        (SELECT count(*) FROM outbox WHERE done_at IS NULL),
        (SELECT count(*) FROM outbox WHERE done_at IS NULL AND available_at = 'infinity'),
        (SELECT min(created_at) FROM outbox WHERE done_at IS NULL AND available_at < 'infinity')
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the dashboard: what it counts, more about it, where to look, whether to worry."""

    label: str
    value: str
    detail: str = ""
    url: str = ""
    is_alarming: bool = False


def figures() -> list[Figure]:
    """Today's numbers and what waits; one query, one round trip to the broker."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        users, tweets, messages, reports, oldest, pending, failed, events, parked, since = cursor.fetchone()
    plans, wrong = last_problems(), last_wrong()
    waits = _("oldest %(age)s") % {"age": timesince(oldest, depth=1)} if oldest else ""
    lag = _("oldest %(age)s") % {"age": timesince(since, depth=1)} if since else ""
    return [
        Figure(_("New users today"), str(users), url="/admin/accounts/user/?since=1"),
        Figure(_("Tweets today"), str(tweets), url="/admin/tweets/tweet/?since=1"),
        Figure(_("Messages today"), str(messages)),
        Figure(_("Open reports"), str(reports), waits, "/admin/moderation/report/", reports > 0),
        Figure(_("Media waiting"), str(pending), is_alarming=pending > 100),
        Figure(_("Media failed today"), str(failed)),
        Figure(_("Events waiting"), str(events), lag, is_alarming=events > 1000),
        Figure(
            _("Events parked"), str(parked), _("failed again and again") if parked else "", "", parked > 0
        ),
        Figure(_("Tasks queued"), *_queued()),
        Figure(_("Bad query plans"), str(len(plans)), "; ".join(plans)[:200], is_alarming=bool(plans)),
        Figure(
            _("Wrong counters"),
            str(sum(wrong.values())),
            ", ".join(f"{name} {count}" for name, count in wrong.items()),
            is_alarming=bool(wrong),
        ),
    ]


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Django's list of everything, below the figures."""
    extra: dict[str, Any] = {"figures": figures()}
    return admin.site.index(request, extra)


def _queued() -> tuple[str, str]:
    """How many tasks the workers have yet to take, by queue; an em dash while the broker is away."""
    redis = client("broker")
    try:
        with redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.llen(f"{settings.REDIS_PREFIX}:{name}")
            lengths = pipe.execute()
    except RedisError:
        return "—", _("the broker does not answer")
    busy = [f"{name} {length}" for name, length in zip(QUEUES, lengths, strict=True) if length]
    return str(sum(lengths)), ", ".join(busy)
