"""Who is how many steps away: the graph of follows, walked outwards from somebody."""

from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from accounts.models import User
from accounts.queries import PersonCard, people_by_id
from social.queries.people import refuse_hidden_lists
from social.queries.relations import relations_between
from social.rules import Onlooker
from twitterclone.lib.errors import DomainError

FARTHEST = 4  # steps; two thirds of a network are within three
OF_EACH = (200, 50, 20, 10)  # follows of each person looked at, by step: each step multiplies
MOST = 1000
PATIENCE = "5s"

# UNION drops who was reached at the same step before; the nearest step is the degree. Only lists that
# anybody may read lead on: neither private accounts nor such as hide whom they follow.
_WALK = """
    WITH RECURSIVE walk (id, via, degree) AS (
        SELECT %(start)s::bigint, NULL::bigint, 0
        UNION
        SELECT f.following_id, walk.id, walk.degree + 1 FROM walk
        JOIN users u ON u.id = walk.id AND (walk.degree = 0 OR NOT u.is_private
            AND NOT (u.privacy_settings->>'hide_follower_lists')::boolean)
            AND u.is_active AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
        CROSS JOIN LATERAL (
            SELECT following_id FROM follows WHERE follower_id = walk.id
            ORDER BY following_id DESC LIMIT (%(of_each)s::int[])[walk.degree + 1]) AS f
        WHERE walk.degree < %(degree)s),
    nearest AS (
        SELECT DISTINCT ON (id) id, degree, via FROM walk WHERE id <> %(start)s ORDER BY id, degree, via)
    SELECT nearest.id, nearest.degree, nearest.via FROM nearest JOIN users u ON u.id = nearest.id
    WHERE u.is_active AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
    ORDER BY nearest.degree, u.followers_count DESC, nearest.id LIMIT %(most)s
"""


class TooFar(DomainError):
    code = "too_far"
    message = _("So many people are that near that they could not be found in time. Ask for fewer steps.")


@dataclass(frozen=True, slots=True)
class Connection:
    """Somebody, how many follows away, and the last person on a shortest way there (None at one step)."""

    person: PersonCard
    degree: int
    via: PersonCard | None


def connections(viewer: Onlooker, user: User, degree: int, limit: int = 200) -> list[Connection]:
    """Whom one reaches from `user` by following follows, nearest first; each person once, at their degree.

    Caps bound the walk, so a very large neighbourhood is a sample. Refuses lists that are not for the viewer
    (ListHidden) and a walk that takes too long (TooFar); neither shows nor names who blocks the viewer or is
    blocked. A degree is cut to 1 to 4, a limit to 1,000.
    """
    refuse_hidden_lists(viewer.id, user)
    found = walk(user.id, max(1, min(degree, FARTHEST)), max(1, min(limit, MOST)))
    relations = relations_between(viewer.id, (row[0] for row in found))
    people = people_by_id({person for row in found for person in (row[0], row[2]) if person})
    shown = {one for one, _steps, _via in found if not relations[one].is_blocked}
    return [
        Connection(people[one], steps, people.get(via) if via in shown else None)
        for one, steps, via in found
        if one in people and one in shown
    ]


def walk(start: int, degree: int, limit: int) -> list[tuple[int, int, int]]:
    """(id, degree, via) of those within so many steps; one query, refused (TooFar) after five seconds."""
    values: dict[str, Any] = {"start": start, "degree": degree, "of_each": list(OF_EACH), "most": limit}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        try:
            cursor.execute(_WALK, values)
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise TooFar from error
            raise
        return cursor.fetchall()
