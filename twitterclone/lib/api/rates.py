"""How much of the API somebody has used, told with each answer: X-RateLimit-Limit, -Remaining, -Reset."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from twitterclone.lib.errors import RateLimited
from twitterclone.lib.limits import LIMITS, TOO_OFTEN, spoken
from twitterclone.lib.redis import key, run_script

log = logging.getLogger(__name__)

# Counts beyond the limit too, so that one look says both how much is left and that it is too much.
_SPEND = """
    local used = redis.call('INCR', KEYS[1])
    if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {used, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Where somebody stands after a call: how many are left until the window begins anew."""

    limit: int
    remaining: int
    reset_at: datetime

    @property
    def headers(self) -> dict[str, str]:
        moment = self.reset_at.astimezone(UTC)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.remaining)),
            "X-RateLimit-Reset": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}Z",
        }


def spend(name: str, subject: object) -> Spent:
    """Counts one call of `subject` in the first window of a limit. Never refuses: see `refuse`.

    With RATE_LIMITS=off, or while Redis does not answer, nothing is counted and everything is left.
    """
    window = LIMITS[name][0]
    used, left_ms = 0, window.seconds * 1000
    if settings.RATE_LIMITS:
        try:
            where = key("limit", name, window.seconds, subject)
            used, left_ms = run_script("sessions", _SPEND, [where], [left_ms])
        except RedisError:
            log.warning("limit %s is not counted: Redis does not answer", name)
    reset_at = timezone.now() + timedelta(milliseconds=max(0, int(left_ms)))
    return Spent(window.limit, window.limit - int(used), reset_at)


def refuse(spent: Spent) -> None:
    """RateLimited when more was spent than the limit allows."""
    if spent.remaining < 0:
        seconds = max(1, round((spent.reset_at - timezone.now()).total_seconds()))
        raise RateLimited(seconds, TOO_OFTEN % {"wait": spoken(seconds)})
