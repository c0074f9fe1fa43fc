"""Whom to follow: friends of friends and people alike, then those whom many follow; each with the reason."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.queries import PersonCard, people_by_id
from social.models import SuggestionDismissal
from social.queries.candidates import Candidate, candidates_near
from social.queries.people import PersonRow
from social.queries.relations import relations_between
from social.rules import Onlooker, Relation

KEPT_SECONDS = 3600  # Celery finds them anew for whoever is active, and a follow or dismissal at once
POPULAR_SECONDS = 300
POPULAR = 200
MOST_DISMISSED = 1000  # the newest


def suggestions(viewer: Onlooker, limit: int = 3) -> list[PersonRow]:
    """People the viewer may want to follow, at most `limit`, each with the reason why.

    Only public accounts that want to be found; nobody the viewer follows, asked, blocked, was blocked by,
    muted or dismissed, even when the candidates (kept a while) were found before that.
    """
    candidates = [one for one in _candidates(viewer.id) if one.id != viewer.id]
    relations = relations_between(viewer.id, (one.id for one in candidates))
    chosen = [one for one in candidates if _is_new(relations[one.id])][: limit * 2]
    people = people_by_id({one.id for one in chosen} | {one.friend_id for one in chosen})
    rows = [
        PersonRow(one.id, people[one.id], relations[one.id], _reason(one, people), is_suggested=True)
        for one in chosen
        if one.id in people and not people[one.id].is_private
    ]
    return rows[:limit]


def refresh_suggestions(viewer_id: int) -> tuple[list[Candidate], set[int]]:
    """Finds somebody's candidates, and whom they dismissed, and keeps both; Celery does so for the active."""
    dismissed = SuggestionDismissal.objects.filter(user_id=viewer_id).order_by("-id")
    found = candidates_near(viewer_id), set(dismissed.values_list("person_id", flat=True)[:MOST_DISMISSED])
    cache.set(_key(viewer_id), found, KEPT_SECONDS)
    return found


def forget_suggestions(viewer_id: int) -> None:
    """Lets them be found anew, since something changed."""
    cache.delete(_key(viewer_id))


def _is_new(relation: Relation) -> bool:
    return not (relation.following or relation.requested or relation.is_blocked or relation.muting)


def _reason(one: Candidate, people: dict[int, PersonCard]) -> str:
    friend = people.get(one.friend_id)
    if friend is None:
        return _("You both care about #%(hashtag)s") % {"hashtag": one.interest} if one.interest else ""
    if one.friends == 1:
        return _("Followed by %(name)s") % {"name": friend.display_name}
    others = one.friends - 1
    words = ngettext(
        "Followed by %(name)s and %(others)s other you follow",
        "Followed by %(name)s and %(others)s others you follow",
        others,
    )
    return words % {"name": friend.display_name, "others": others}


def _candidates(viewer_id: int | None) -> list[Candidate]:
    near: list[Candidate] = []
    left_out: set[int] = set()
    if viewer_id is not None:
        near, left_out = cache.get(_key(viewer_id)) or refresh_suggestions(viewer_id)
    popular: list[int] = _kept("social:popular", _popular)
    left_out = left_out | {one.id for one in near}
    return near + [Candidate(one) for one in popular if one not in left_out]


def _kept(key: str, find: Callable[[], Any]) -> Any:
    """From the cache, or found now and kept a few minutes."""
    found = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, POPULAR_SECONDS)
    return found


def _key(viewer_id: int) -> str:
    return f"social:suggestions:{viewer_id}"


def _popular() -> list[int]:
    people = User.objects.reachable().filter(is_private=False, privacy_settings__discoverable=True)
    return list(people.order_by("-followers_count", "id").values_list("id", flat=True)[:POPULAR])
