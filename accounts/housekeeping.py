"""Erasing accounts whose grace is over. Can be stopped at any moment and run again."""

import logging
import time
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from twitterclone.lib.belongings import erasers

log = logging.getLogger(__name__)
Tell = Callable[[int, str, int], object]


def due() -> list[User]:
    """Accounts whose owners asked for deletion and let the grace pass."""
    return list(User.objects.filter(erase_at__lte=timezone.now()).order_by("erase_at", "pk"))


def erase_due(*, seconds: float | None = None, tell: Tell = lambda *_: None) -> int:
    """Erases what is due, in batches of one transaction each; returns how many accounts are gone.

    After `seconds` it stops between two batches and the next run goes on. `tell` hears of each batch: the
    user's id, what it was, how many rows.
    """
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    gone = 0
    for user in due():
        for name, count in _batches(user.pk):
            tell(user.pk, name, count)
            if time.monotonic() > deadline:
                return gone
        gone += not User.objects.filter(pk=user.pk).exists()
    return gone


def _batches(user_id: int) -> Iterator[tuple[str, int]]:
    """One batch after the other until nothing is left, or another process has the account in hand."""
    total = 0
    for name, erase in erasers():
        while True:
            with transaction.atomic():
                if not _take(user_id):
                    return
                count = erase(user_id)
            if not count:
                break
            total += count
            yield name, count
    log.info("user %s is erased: %s rows and more that hung on them", user_id, total)


def _take(user_id: int) -> bool:
    """Locks the account and closes it for good: from the first batch on nobody brings it back."""
    users = User.objects.select_for_update(of=("self",), skip_locked=True)
    user = users.filter(pk=user_id, erase_at__lte=timezone.now()).first()
    if user is None:
        return False
    if user.is_active:
        User.objects.filter(pk=user_id).update(is_active=False)
    return True
