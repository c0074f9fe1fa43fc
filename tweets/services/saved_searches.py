"""Keeping a search, being told of what is new in it or not, and letting go of it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tweets.models import SavedSearch
from tweets.queries.search_terms import search_of
from twitterclone.lib import limits
from twitterclone.lib.errors import DomainError
from twitterclone.lib.ids import id_at, next_id

log = logging.getLogger(__name__)

MOST_SAVED: Final = 25
EVERY = timedelta(seconds=100)  # a little less than the time between two rounds, so that none is skipped
LATE = timedelta(minutes=1)  # so long a tweet may take to be committed: looked for again, told once


class TooManySavedSearches(DomainError):
    code = "too_many_saved_searches"
    message = _("You keep 25 searches already. Remove one of them first.")


class NothingToSave(DomainError):
    code = "nothing_to_save"
    message = _("A search for everything of a kind cannot be kept. Add a word, a #hashtag or from:somebody.")


class SearchNotUnderstood(DomainError):
    code = "search_not_understood"
    message = _("A part of this search was not understood. Put it right, then keep it.")


def save_search(*, user: User, query: str, alerts: bool = True) -> SavedSearch:
    """Keeps the search, with or without alerts from now on; one that is kept already stays as it is.

    Refuses one that begins with nothing (NothingToSave), of which a part was not understood
    (SearchNotUnderstood), and the twenty-sixth (TooManySavedSearches).
    """
    limits.check("saved-search", user.pk)
    search = search_of(query)
    if not search.is_anchored:
        raise NothingToSave
    if search.is_faulty:
        raise SearchNotUnderstood
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)  # counts one after the other
        kept = SavedSearch.objects.filter(user=user)
        if found := kept.filter(query=search.text).first():
            return found
        if kept.count() >= MOST_SAVED:
            raise TooManySavedSearches
        return SavedSearch.objects.create(user=user, query=search.text, alerts=alerts, seen_id=next_id())


def set_alerts(*, search: SavedSearch, alerts: bool) -> None:
    """Tells of what is new from now on, or no longer: never of what was written meanwhile."""
    limits.check("saved-search", search.user_id)
    SavedSearch.objects.filter(pk=search.pk).exclude(alerts=alerts).update(alerts=alerts, seen_id=next_id())


def forget_search(*, search: SavedSearch) -> None:
    """Keeps it no longer; what it told of stays told."""
    search.delete()


def look_at_next(look: Callable[[SavedSearch], None]) -> bool:
    """Lets `look` see the search that has waited longest, in one transaction; False when none is due.

    Several workers share them. A look that fails is logged and taken up in the next round, from where it
    began, so that it keeps nobody else waiting.
    """
    with transaction.atomic():
        search, now = _claim(), timezone.now()
        if search is None:
            return False
        seen = max(search.seen_id, id_at(now - LATE))
        try:
            with transaction.atomic():
                look(search)
        except Exception:
            log.exception("saved search %s could not be looked at", search.pk)
            seen = search.seen_id
        SavedSearch.objects.filter(pk=search.pk).update(looked_at=now, seen_id=seen)
    return True


def _claim() -> SavedSearch | None:
    due = SavedSearch.objects.filter(
        alerts=True,
        looked_at__lt=timezone.now() - EVERY,
        user__is_active=True,
        user__suspended_at=None,
        user__deactivated_at=None,
    )
    return due.order_by("looked_at").select_for_update(skip_locked=True, of=("self",)).first()
