"""People by their names: as they begin, by a part of them, or nearly so."""

import re
from typing import Any

from accounts.queries import can_be_username, people_by_id
from social.queries.accounts import blocked_by_name
from social.queries.people import PersonRow, people_met
from social.queries.relations import relations_between
from social.rules import Onlooker
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.replicas import reader
from twitterclone.lib.text import clean_name

MOST = 200  # so many are ranked; who searches for more than these types one letter more
LONGEST_NAME = 50
FUZZY_FROM = 3  # letters: shorter words have no trigram of their own

# The names' trigram index serves each of the alternatives. Whoever does not want to be found is found by
# the exact username, and by those who follow them.
_FOUND = """
    SELECT u.id FROM users u
    LEFT JOIN follows f ON f.follower_id = %(viewer)s AND f.following_id = u.id
    WHERE u.is_active AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
        AND (upper(u.username) LIKE upper(%(prefix)s) OR upper(u.display_name) LIKE upper(%(prefix)s)
            OR upper(u.display_name) LIKE upper(%(word)s) {fuzzy})
        AND (u.username = %(exact)s OR f.id IS NOT NULL OR u.id = %(viewer)s
            OR (u.privacy_settings->>'discoverable')::boolean)
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = %(viewer)s AND blocked_id = u.id)
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = u.id AND blocked_id = %(viewer)s)
    ORDER BY u.username = %(exact)s DESC,
        upper(u.username) LIKE upper(%(prefix)s) OR upper(u.display_name) LIKE upper(%(prefix)s)
            OR upper(u.display_name) LIKE upper(%(word)s) DESC,
        f.id IS NOT NULL DESC,
        greatest(similarity(upper(u.username), upper(%(name)s)),
            word_similarity(upper(%(name)s), upper(u.display_name))) >= 0.99 DESC,
        u.followers_count DESC, u.id
    LIMIT %(most)s
"""
_PART = "OR upper(u.display_name) LIKE upper(%(part)s)"
_NEARLY = "OR upper(u.username) %% upper(%(name)s) OR upper(%(name)s) <%% upper(u.display_name)"
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2}")


def people_found(viewer: Onlooker, text: str, cursor: Cursor) -> Slice[PersonRow]:
    """People whose name begins with the text, contains it or nearly does: whom the viewer follows first.

    Nobody suspended, deactivated or parted from the viewer by a block; a private account may be found, its
    tweets are not shown by that. Three queries.
    """
    ids = _ids(viewer.id, text)
    start = 0
    if cursor.before is not None:
        start = ids.index(cursor.before) + 1 if cursor.before in ids else len(ids)
    shown = ids[start : start + cursor.limit]
    people, relations = people_by_id(shown), relations_between(viewer.id, shown)
    rows = [PersonRow(pk, people[pk], relations[pk]) for pk in shown if pk in people]
    return Slice(rows, next=shown[-1] if start + len(shown) < len(ids) else None)


def blocked_found(viewer: Onlooker, text: str) -> list[PersonRow]:
    """Whom the viewer has blocked, by the whole username, so that the block can be lifted; else nobody."""
    return people_met(viewer, blocked_by_name(viewer.id, text.strip().removeprefix("@")))


def people_to_name(viewer: Onlooker, beginning: str, limit: int) -> list[PersonRow]:
    """Whom a writer means by the beginning of a name: others found, first those they follow. 3 queries."""
    found = people_found(viewer, beginning, Cursor(limit=limit + 1)).items
    others = [row for row in found if row.id != viewer.id]
    return sorted(others, key=lambda row: not row.relation.following)[:limit]


def _ids(viewer_id: int | None, text: str) -> list[int]:
    name = clean_name(text[: 4 * LONGEST_NAME]).removeprefix("@").strip()
    if not name or len(name) > LONGEST_NAME:
        return []
    pattern = re.sub(r"([\\%_])", r"\\\1", name)
    values: dict[str, Any] = {
        "viewer": viewer_id,
        "name": name,
        "exact": name.lower() if can_be_username(name.lower()) else "",
        "prefix": f"{pattern}%",
        "word": f"% {pattern}%",
        "part": f"%{pattern}%",
        "most": MOST,
    }
    fuzzy = ""
    if len(name) >= FUZZY_FROM:
        fuzzy = f"{_PART} {_NEARLY}"
    elif _WITHOUT_SPACES.search(name):
        fuzzy = _PART
    with reader().cursor() as cursor:
        cursor.execute(_FOUND.format(fuzzy=fuzzy), values)
        return [pk for (pk,) in cursor.fetchall()]
