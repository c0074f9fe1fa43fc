"""The viewer's relations to many people at once."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from social.rules import STRANGER, FollowStatus, Relation
from twitterclone.lib import prepared

# Six reads by index in one round trip; a relation that does not exist costs nothing.
_TIES = """
    SELECT 'following' AS tie, following_id AS id FROM follows
        WHERE follower_id = {viewer} AND following_id {others}
    UNION ALL SELECT 'requested', following_id FROM follow_requests
        WHERE follower_id = {viewer} AND following_id {others}
    UNION ALL SELECT 'followed_by', follower_id FROM follows
        WHERE following_id = {viewer} AND follower_id {others}
    UNION ALL SELECT 'blocking', blocked_id FROM blocks
        WHERE blocker_id = {viewer} AND blocked_id {others}
    UNION ALL SELECT 'blocked_by', blocker_id FROM blocks
        WHERE blocked_id = {viewer} AND blocker_id {others}
    UNION ALL SELECT 'muting', muted_id FROM mutes
        WHERE muter_id = {viewer} AND muted_id {others}
        AND (expires_at IS NULL OR expires_at > statement_timestamp())
"""
_RELATIONS = _TIES.format(viewer="%(viewer)s", others="= ANY(%(ids)s::bigint[])")
_HIDDEN = """
    SELECT blocked_id FROM blocks WHERE blocker_id = %(viewer)s AND blocked_id = ANY(%(ids)s::bigint[])
    UNION SELECT blocker_id FROM blocks WHERE blocked_id = %(viewer)s AND blocker_id = ANY(%(ids)s::bigint[])
"""
_MUTED = """
    SELECT muted_id FROM mutes WHERE muter_id = %(viewer)s AND muted_id = ANY(%(ids)s::bigint[])
    AND (expires_at IS NULL OR expires_at > statement_timestamp())
"""

_BARRED = """
    SELECT blocked_id FROM blocks WHERE blocker_id = %(viewer)s
    UNION SELECT blocker_id FROM blocks WHERE blocked_id = %(viewer)s
    UNION SELECT muted_id FROM mutes WHERE muter_id = %(viewer)s
"""


def relations_between(viewer_id: int | None, user_ids: Iterable[int]) -> dict[int, Relation]:
    """The viewer's relation to each of the users, strangers included; one query, none when anonymous."""
    ids = set(user_ids)
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for name, user_id in _rows(_RELATIONS, viewer_id, ids):
        found[user_id][name] = True
    return {user_id: Relation(**found[user_id]) if user_id in found else STRANGER for user_id in ids}


def relation_between(viewer_id: int | None, user_id: int) -> Relation:
    """The viewer's relation to one user; one query, none when anonymous."""
    return relations_between(viewer_id, [user_id])[user_id]


def ties_with(column: str, viewer_id: int | None) -> RawSQL:
    """The viewer's relation to the user in a column, as an annotation of any query; for `relation_of`."""
    ties = _TIES.format(viewer="%s", others=f"= {column}")
    sql = f"ARRAY(SELECT tie FROM ({ties}) AS ties)"  # noqa: S608 -- of constants and a column
    return RawSQL(sql, [viewer_id] * ties.count("%s"), output_field=ArrayField(TextField()))  # noqa: S611 -- likewise


def relation_of(ties: Iterable[str]) -> Relation:
    """The relation that was annotated."""
    return Relation(**dict.fromkeys(ties, True)) if ties else STRANGER


def follow_status(follower_id: int | None, following_id: int) -> FollowStatus:
    """Whether the first follows the second, has asked to, or neither."""
    return relation_between(follower_id, following_id).status


def hidden_author_ids(viewer_id: int | None, author_ids: Iterable[int]) -> set[int]:
    """Those of the authors the viewer must not meet anywhere: a block one way or the other."""
    return {row[0] for row in _rows(_HIDDEN, viewer_id, set(author_ids))}


def muted_ids(viewer_id: int | None, author_ids: Iterable[int]) -> set[int]:
    """Those of the authors the viewer has muted and does not want to meet in timelines."""
    return {row[0] for row in _rows(_MUTED, viewer_id, set(author_ids))}


def barred_ids(viewer_id: int) -> list[int]:
    """Everybody a block, either way, or a mute, even one that is over, stands between; one query."""
    return [row[0] for row in prepared.rows(_BARRED, {"viewer": viewer_id})]


def _rows(sql: str, viewer_id: int | None, ids: set[int]) -> list[tuple]:
    if viewer_id is None or not ids:
        return []
    return prepared.rows(sql, {"viewer": viewer_id, "ids": sorted(ids)})
