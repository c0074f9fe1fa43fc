"""Whom to follow: friends of friends and people alike, then those whom many follow; each with the reason."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.queries import PersonCard, people_by_id
from social.models import Follow, SuggestionDismissal
from social.queries.candidates import Candidate, candidates_near
from social.queries.people import PersonRow
from social.queries.relations import relations_between
from social.rules import Onlooker, Relation
from twitterclone.lib.ids import latest_moment

KEPT_SECONDS = 3600  # Celery finds them anew for whoever is active, and a follow or dismissal at once
POPULAR_SECONDS = 300
POPULAR, POPULAR_OF = 200, 2000
LIVELY = timedelta(weeks=4)  # who wrote nothing for longer comes after all who did
FIRST_ASKED = 4  # candidates for each one shown, before all of them are asked about
BEGINNERS = 5  # follows, with which one knows the way
MOST_DISMISSED = 1000  # the newest
VERSED_KNOWN = 50_000
MANY = 10  # followers, from which one is called popular
STANDINGS = {
    "language": gettext_lazy("Popular in your language"),
    "popular": gettext_lazy("Popular here"),
    "lively": gettext_lazy("Wrote here lately"),
}

_versed: dict[int, float] = {}  # who is no beginner, and until when this process believes it


# by the name of the table: the app that owns tweets stands above this one
_POPULAR = """
    SELECT u.id, u.language, u.followers_count >= %(many)s AS is_popular, EXISTS (
        SELECT FROM tweets t
        WHERE t.author_id = u.id AND t.created_at BETWEEN %(since)s AND %(until)s AND t.deleted_at IS NULL
    ) AS is_lively
    FROM (
        SELECT id, language, followers_count FROM users
        WHERE NOT is_private AND (privacy_settings->>'discoverable')::boolean
            AND suspended_at IS NULL AND deactivated_at IS NULL AND is_active
        ORDER BY followers_count DESC, id LIMIT %(of)s) AS u
    ORDER BY is_lively DESC, u.followers_count DESC, u.id LIMIT %(kept)s
"""


class Popular(NamedTuple):
    """Somebody whom many follow."""

    id: int
    language: str
    is_popular: bool
    is_lively: bool


class Found(NamedTuple):
    """What is kept for a viewer: candidates, whom they dismissed, how many they follow (five at most)."""

    near: list[Candidate]
    dismissed: set[int]
    follows: int


def suggestions(viewer: Onlooker, limit: int = 3, *, without: Collection[int] = ()) -> list[PersonRow]:
    """People the viewer may want to follow, at most `limit`, each with the reason why.

    Only public accounts that want to be found; nobody the viewer follows, asked, blocked, was blocked by,
    muted or dismissed, even when the candidates (kept a while) were found before that; nobody of `without`.
    Of those whom only many others follow, first who wrote lately, in the language one reads here.
    """
    left_out = {viewer.id, *without}
    return _rows_of(viewer, [one for one in _candidates(viewer.id) if one.id not in left_out], limit)


def suggestion_of(viewer: Onlooker, person_id: int) -> PersonRow | None:
    """One suggestion as `suggestions` says it, reason and all; None when the person is none."""
    rows = _rows_of(viewer, [one for one in _candidates(viewer.id) if one.id == person_id], 1)
    return rows[0] if rows else None


def is_beginner(viewer_id: int) -> bool:
    """Whether somebody follows so few people that they need help; from the cache, as suggestions are.

    Who is no beginner is one again some minutes after they stopped to follow, at the latest.
    """
    now = time.monotonic()
    if _versed.get(viewer_id, 0) > now:
        return False
    is_so = _found(viewer_id).follows < BEGINNERS
    if not is_so:
        if len(_versed) >= VERSED_KNOWN:
            _versed.clear()
        _versed[viewer_id] = now + POPULAR_SECONDS
    return is_so


def refresh_suggestions(viewer_id: int) -> Found:
    """Finds somebody's candidates, and whom they dismissed, and keeps both; Celery does so for the active."""
    dismissed = SuggestionDismissal.objects.filter(user_id=viewer_id).order_by("-id")
    found = Found(
        candidates_near(viewer_id),
        set(dismissed.values_list("person_id", flat=True)[:MOST_DISMISSED]),
        len(Follow.objects.filter(follower_id=viewer_id).values_list("pk")[:BEGINNERS]),
    )
    cache.set(_key(viewer_id), found, KEPT_SECONDS)
    return found


def forget_suggestions(viewer_id: int) -> None:
    """Lets them be found anew, since something changed."""
    cache.delete(_key(viewer_id))


def _rows_of(viewer: Onlooker, candidates: list[Candidate], limit: int) -> list[PersonRow]:
    first, rest = candidates[: limit * FIRST_ASKED], candidates[limit * FIRST_ASKED :]
    relations = relations_between(viewer.id, (one.id for one in first))
    chosen = [one for one in first if _is_new(relations[one.id])]
    if len(chosen) < limit * 2 and rest:  # seldom: candidates are found anew after each follow
        relations |= relations_between(viewer.id, (one.id for one in rest))
        chosen += [one for one in rest if _is_new(relations[one.id])]
    chosen = chosen[: limit * 2]
    people = people_by_id({one.id for one in chosen} | {one.friend_id for one in chosen})
    rows = [
        PersonRow(
            one.id,
            people[one.id],
            relations[one.id],
            _reason(one, people),
            is_suggested=True,
            is_near=bool(one.friends or one.interest),
        )
        for one in chosen
        if one.id in people and not people[one.id].is_private
    ]
    return rows[:limit]


def _is_new(relation: Relation) -> bool:
    return not (relation.following or relation.requested or relation.is_blocked or relation.muting)


def _reason(one: Candidate, people: dict[int, PersonCard]) -> str:
    if one.standing:
        return str(STANDINGS[one.standing])
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
        near, left_out, _follows = _found(viewer_id)
    popular: list[Popular] = _kept("social:popular", _popular)
    left_out = left_out | {one.id for one in near}
    language = _base(get_language() or "")
    popular = sorted(popular, key=lambda one: (not one.is_lively, _base(one.language) != language))
    return near + [
        Candidate(one.id, standing=_standing(one, language)) for one in popular if one.id not in left_out
    ]


def _standing(one: Popular, language: str) -> str:
    if not one.is_popular:
        return "lively" if one.is_lively else ""
    return "language" if _base(one.language) == language else "popular"


def _found(viewer_id: int) -> Found:
    return cache.get(_key(viewer_id)) or refresh_suggestions(viewer_id)


def _base(language: str) -> str:
    return language.lower().partition("-")[0]


def _kept(key: str, find: Callable[[], Any]) -> Any:
    """From the cache, or found now and kept a few minutes."""
    found = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, POPULAR_SECONDS)
    return found


def _key(viewer_id: int) -> str:
    return f"social:near:{viewer_id}"  # another name whenever what is kept has another shape


def _popular() -> list[Popular]:
    caps: dict[str, Any] = {
        "since": timezone.now() - LIVELY,
        "until": latest_moment(),
        "many": MANY,
        "of": POPULAR_OF,
        "kept": POPULAR,
    }
    with connection.cursor() as cursor:
        return [Popular(*row) for row in cursor.execute(_POPULAR, caps).fetchall()]
