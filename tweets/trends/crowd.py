"""Who counts: neither one account nor a ring of accounts made for it can raise a term.

A person counts for a term when their account is older than a day, when they did not say word for word what
another had said, and when somebody who does not use it follows them: a ring of robots knows only itself.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from tweets.trends.hours import Use
from tweets.trends.terms import Term

ESTABLISHED = timedelta(days=1)
ASKED = 500  # people of a term: so many prove enough, and the figure is scaled
FOLLOWERS_ASKED = 50  # of each

_FOLLOWERS = """
    SELECT person.id, followers.id FROM unnest(%(people)s::bigint[]) AS person (id)
    CROSS JOIN LATERAL (
        SELECT f.follower_id AS id FROM follows f JOIN users u ON u.id = f.follower_id
        WHERE f.following_id = person.id AND u.created_at < %(before)s
            AND u.suspended_at IS NULL AND u.is_active
        ORDER BY f.follower_id LIMIT %(most)s) AS followers
"""


def independent_people(uses: Mapping[Term, Use], now: datetime) -> dict[Term, int]:
    """How many people count for each term. Two queries, whatever there is to ask."""
    asked = {term: sorted(use.people - use.repeated)[:ASKED] for term, use in uses.items()}
    everybody = {person for people in asked.values() for person in people}
    before = now - ESTABLISHED
    settled = set(User.objects.filter(pk__in=everybody, created_at__lt=before).values_list("pk", flat=True))
    followers = _followers(settled, before)
    return {term: _count(asked[term], use, settled, followers) for term, use in uses.items()}


def _count(asked: list[int], use: Use, settled: set[int], followers: Mapping[int, set[int]]) -> int:
    known = sum(1 for person in asked if person in settled and followers.get(person, set()) - use.people)
    return round(known * len(use.people - use.repeated) / len(asked)) if asked else 0


def _followers(people: set[int], before: datetime) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWERS, {"people": sorted(people), "before": before, "most": FOLLOWERS_ASKED})
        for person, follower in cursor.fetchall():
            found.setdefault(person, set()).add(follower)
    return found
