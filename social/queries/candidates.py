"""Who may be worth following: friends of friends, and people who care about the same things."""

from dataclasses import dataclass
from math import log1p

from django.db import connection

FRIENDS = 200  # of the viewer's follows, the newest
OF_EACH = 100  # of each friend's follows
HEAVIEST = 6  # features that find candidates: they hold 19.9 of the true 20
KEPT = 60  # candidates kept for each viewer, so that the list stays full while they follow some
LEAST_ALIKE = 0.1
WORTH_ALIKE = 4.0  # being wholly alike counts as much as some fifty friends

_OPEN = """
    NOT u.is_private AND (u.privacy_settings->>'discoverable')::boolean
    AND u.suspended_at IS NULL AND u.deactivated_at IS NULL AND u.is_active
    AND NOT EXISTS (SELECT FROM follows WHERE follower_id = %(viewer)s AND following_id = u.id)
    AND NOT EXISTS (SELECT FROM suggestion_dismissals WHERE user_id = %(viewer)s AND person_id = u.id)
"""
_FRIENDS_OF_FRIENDS = f"""
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
    WHERE theirs.id <> %(viewer)s AND {_OPEN}
    GROUP BY theirs.id, u.followers_count ORDER BY count(*) DESC, u.followers_count DESC, theirs.id
    LIMIT %(kept)s
"""  # noqa: S608 -- both parts stand above
_ALIKE = f"""
    WITH mine AS MATERIALIZED (SELECT * FROM interest_vectors WHERE user_id = %(viewer)s AND norm > 0)
    SELECT theirs.user_id, shared.dot / (theirs.norm * mine.norm) AS alike, shared.name
    FROM mine JOIN interest_vectors theirs ON theirs.features && mine.features[1:%(heaviest)s]
    CROSS JOIN LATERAL (
        SELECT sum(a.weight * b.weight) AS dot,
            (array_agg(a.name ORDER BY a.weight * b.weight DESC))[1] AS name
        FROM unnest(mine.features, mine.weights, mine.names) AS a (feature, weight, name)
        JOIN unnest(theirs.features, theirs.weights) AS b (feature, weight) USING (feature)) AS shared
    JOIN users u ON u.id = theirs.user_id
    WHERE theirs.user_id <> %(viewer)s AND theirs.norm > 0 AND {_OPEN}
    ORDER BY alike DESC, theirs.user_id LIMIT %(kept)s
"""  # noqa: S608 -- both parts stand above


@dataclass(slots=True)
class Candidate:
    """Somebody, how many of one's friends follow them and one of these, how alike they are and in what."""

    id: int
    friends: int = 0
    friend_id: int = 0
    alike: float = 0.0
    interest: str = ""
    standing: str = ""  # of who is near to nobody one follows: a key of `discovery.STANDINGS`

    @property
    def worth(self) -> float:
        return log1p(self.friends) + WORTH_ALIKE * self.alike


def candidates_near(viewer_id: int) -> list[Candidate]:
    """At most sixty, the worthiest first. Two queries: whoever is followed or dismissed is left out."""
    found: dict[int, Candidate] = {}
    for user_id, friends, friend_id in _rows(_FRIENDS_OF_FRIENDS, viewer_id):
        found[user_id] = Candidate(user_id, friends, friend_id)
    for user_id, alike, interest in _rows(_ALIKE, viewer_id):
        if alike >= LEAST_ALIKE:
            one = found.setdefault(user_id, Candidate(user_id))
            one.alike, one.interest = alike, interest
    return sorted(found.values(), key=lambda one: -one.worth)[:KEPT]


def _rows(query: str, viewer_id: int) -> list[tuple]:
    caps = {"friends": FRIENDS, "of_each": OF_EACH, "heaviest": HEAVIEST, "kept": KEPT}
    with connection.cursor() as cursor:
        cursor.execute(query, {"viewer": viewer_id, **caps})
        return cursor.fetchall()
