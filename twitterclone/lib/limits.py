"""How often somebody may do something: counters in Redis, checked and counted in one atomic step.

A limit has one or more windows; an action counts in all of them or, if one is full, in none. A window
begins with its first action. Reading a table row: `Window(300, 3 * HOUR)` lets 300 pass in three hours.

While Redis does not answer, everything passes and the log says so: the sessions live on the same
server, so almost nobody could act anyway, and a limit must not be what takes the site down.
"""

import ipaddress
import logging
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from twitterclone.lib.errors import RateLimited
from twitterclone.lib.redis import key, run_script

log = logging.getLogger(__name__)

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
IPV6_NETWORK = 64  # one household or phone has a whole /64 to itself

# KEYS: a counter per window. ARGV: its limit and its milliseconds, in pairs.
_COUNT = """
    local wait = 0
    for i, name in ipairs(KEYS) do
        if tonumber(redis.call('GET', name) or '0') >= tonumber(ARGV[2 * i - 1]) then
            wait = math.max(wait, redis.call('PTTL', name), 1)
        end
    end
    if wait > 0 then return wait end
    for i, name in ipairs(KEYS) do
        if redis.call('INCR', name) == 1 then redis.call('PEXPIRE', name, ARGV[2 * i]) end
    end
    return 0
"""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` actions in `seconds`."""

    limit: int
    seconds: int


TOO_OFTEN = _("That was a lot in a short time. You can go on in %(wait)s.")

LIMITS: dict[str, tuple[Window, ...]] = {
    "signup": (Window(10, HOUR), Window(30, DAY)),  # per network
    "login-network": (Window(100, HOUR),),
    "login-account": (Window(30, HOUR),),
    "username": (Window(5, DAY),),
    "password": (Window(10, 10 * MINUTE), Window(50, DAY)),  # asked once more, before something important
    "export": (Window(3, DAY),),
    "own-token": (Window(20, DAY),),  # for programs of one's own
    "mail": (Window(20, DAY),),
    "tweet": (Window(300, 3 * HOUR), Window(2400, DAY)),
    "retweet": (Window(300, 3 * HOUR), Window(2400, DAY)),
    "like": (Window(120, MINUTE), Window(5000, DAY)),
    "bookmark": (Window(120, MINUTE), Window(5000, DAY)),
    "vote": (Window(60, MINUTE),),
    "follow": (Window(60, 15 * MINUTE), Window(400, DAY)),
    "block": (Window(120, 15 * MINUTE), Window(2000, DAY)),
    "recipe": (Window(900, 15 * MINUTE),),  # while sliders move
    "media": (Window(100, HOUR), Window(500, DAY)),
    "message": (Window(60, MINUTE), Window(2000, DAY)),
    "message-request": (Window(20, HOUR), Window(60, DAY)),  # strangers written to for the first time
    "typing": (Window(60, MINUTE),),
    "report": (Window(30, HOUR),),
    "search": (Window(180, 15 * MINUTE),),
    "saved-search": (Window(60, 15 * MINUTE),),
    "suggest": (Window(900, 15 * MINUTE),),  # while typing, a few letters at a time
    "api": (Window(300, 5 * MINUTE),),  # every call, per user, without a token per network
    "application": (Window(30, HOUR),),  # programs registered, per network
    "token": (Window(300, 5 * MINUTE),),  # codes and secrets tried, per network
}
MESSAGES = {
    "signup": _("Many accounts were made from your network. You can make one in %(wait)s."),
    "login-network": _("Too many attempts from your network. Try again in %(wait)s."),
    "login-account": _("Too many attempts for this account. Try again in %(wait)s, or reset the password."),
    "username": _("You changed your username often today. The next change is possible in %(wait)s."),
    "tweet": _("You wrote a lot in a short time. You can go on in %(wait)s."),
    "message-request": _("You wrote to many people who do not know you. You can go on in %(wait)s."),
    "follow": _("You followed many people in a short time. You can go on in %(wait)s."),
}


def check(name: str, subject: object) -> None:
    """Counts one action of `subject` (a user's id, or `network_of(request)`); RateLimited if it is too many.

    RATE_LIMITS=off lifts every limit.
    """
    windows = LIMITS[name]
    if not settings.RATE_LIMITS:
        return
    names = [key("limit", name, window.seconds, subject) for window in windows]
    numbers = [number for window in windows for number in (window.limit, window.seconds * 1000)]
    try:
        wait = int(run_script("sessions", _COUNT, names, numbers))
    except RedisError:
        log.warning("limit %s is not counted: Redis does not answer", name)
        return
    if wait:
        seconds = -(-wait // 1000)
        raise RateLimited(seconds, MESSAGES.get(name, TOO_OFTEN) % {"wait": spoken(seconds)})


def network_of(request: HttpRequest) -> str:
    """Whom an anonymous request is counted for: the address, of IPv6 the /64 around it."""
    address = client_address(request)
    if ":" not in address:
        return address or "unknown"
    return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False).network_address)


def client_address(request: HttpRequest) -> str:
    """The address of the client, '' when there is none; a proxy is believed only as far as it is trusted."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(forwarded):
        address = forwarded[-settings.TRUSTED_PROXIES]
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def spoken(seconds: int, *, down: bool = False) -> str:
    """A time as people say it, rounded up as waiting is, 90 seconds are 2 minutes; or `down`, as ages are."""
    if seconds < MINUTE or (seconds == MINUTE and not down):
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}

    def whole(unit: int) -> int:
        return seconds // unit if down else -(-seconds // unit)

    if seconds < HOUR or (seconds == HOUR and not down):
        return ngettext("%(n)d minute", "%(n)d minutes", whole(MINUTE)) % {"n": whole(MINUTE)}
    if seconds > 2 * DAY:
        return ngettext("%(n)d day", "%(n)d days", whole(DAY)) % {"n": whole(DAY)}
    return ngettext("%(n)d hour", "%(n)d hours", whole(HOUR)) % {"n": whole(HOUR)}
