"""Whom to follow: people followed by those one follows, then those whom many follow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.queries import PersonCard, people_by_id
from social.queries.people import PersonRow
from social.queries.relations import relations_between
from social.rules import Onlooker, Relation

KEPT_SECONDS = 300
KEPT = 60  # candidates kept for each viewer, so that the list stays full while they follow some
POPULAR = 200
FRIENDS = 200  # of the viewer's follows, the newest
OF_EACH = 100  # of each friend's follows

_FRIENDS_OF_FRIENDS = """
    WITH friends AS (
        SELECT f.following_id AS id FROM follows f JOIN users u ON u.id = f.following_id
        WHERE f.follower_id = %(viewer)s AND NOT (u.privacy_settings->>'hide_follower_lists')::boolean
            AND u.suspended_at IS NULL AND u.deactivated_at IS NULL AND u.is_active
        ORDER BY f.id DESC LIMIT %(friends)s),
    theirs AS (
        SELECT friends.id AS friend, their.following_id AS id FROM friends CROSS JOIN LATERAL (
            SELECT following_id FROM follows WHERE follower_id = friends.id
            ORDER BY following_id DESC LIMIT %(of_each)s) AS their)
    SELECT theirs.id, count(*), min(theirs.friend) FROM theirs JOIN users u ON u.id = theirs.id
    WHERE theirs.id <> %(viewer)s AND NOT u.is_private AND (u.privacy_settings->>'discoverable')::boolean
        AND u.suspended_at IS NULL AND u.deactivated_at IS NULL AND u.is_active
        AND NOT EXISTS (SELECT FROM follows WHERE follower_id = %(viewer)s AND following_id = theirs.id)
    GROUP BY theirs.id, u.followers_count ORDER BY count(*) DESC, u.followers_count DESC, theirs.id
    LIMIT %(kept)s
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    friends: int = 0
    friend_id: int = 0


def suggestions(viewer: Onlooker, limit: int = 3) -> list[PersonRow]:
    """People the viewer may want to follow, at most `limit`, each with the reason why.

    Only public accounts that want to be found; nobody the viewer follows, asked, blocked, was blocked by
    or muted, even when the candidates (kept a few minutes) were found before that.
    """
    candidates = [one for one in _candidates(viewer.id) if one.id != viewer.id]
    relations = relations_between(viewer.id, (one.id for one in candidates))
    chosen = [one for one in candidates if _is_new(relations[one.id])][: limit * 2]
    people = people_by_id({one.id for one in chosen} | {one.friend_id for one in chosen})
    rows = [
        PersonRow(one.id, people[one.id], relations[one.id], _reason(one, people))
        for one in chosen
        if one.id in people and not people[one.id].is_private
    ]
    return rows[:limit]


def _is_new(relation: Relation) -> bool:
    return not (relation.following or relation.requested or relation.is_blocked or relation.muting)


def _reason(one: _Candidate, people: dict[int, PersonCard]) -> str:
    friend = people.get(one.friend_id)
    if friend is None:
        return ""
    if one.friends == 1:
        return _("Followed by %(name)s") % {"name": friend.display_name}
    others = one.friends - 1
    words = ngettext(
        "Followed by %(name)s and %(others)s other you follow",
        "Followed by %(name)s and %(others)s others you follow",
        others,
    )
    return words % {"name": friend.display_name, "others": others}


def _candidates(viewer_id: int | None) -> list[_Candidate]:
    near: list[tuple[int, int, int]] = []
    if viewer_id is not None:
        near = _kept(f"social:suggestions:{viewer_id}", lambda: _friends_of_friends(viewer_id))
    popular: list[int] = _kept("social:popular", _popular)
    known = {user_id for user_id, _friends, _friend in near}
    return [_Candidate(*row) for row in near] + [_Candidate(one) for one in popular if one not in known]


def _kept(key: str, find: Callable[[], Any]) -> Any:
    """From the cache, or found now and kept a few minutes."""
    found = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, KEPT_SECONDS)
    return found


def _friends_of_friends(viewer_id: int) -> list[tuple[int, int, int]]:
    caps = {"viewer": viewer_id, "friends": FRIENDS, "of_each": OF_EACH, "kept": KEPT}
    with connection.cursor() as cursor:
        cursor.execute(_FRIENDS_OF_FRIENDS, caps)
        return cursor.fetchall()


def _popular() -> list[int]:
    people = User.objects.reachable().filter(is_private=False, privacy_settings__discoverable=True)
    return list(people.order_by("-followers_count", "id").values_list("id", flat=True)[:POPULAR])
