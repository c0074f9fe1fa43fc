"""Who counts: neither one account nor a ring of accounts made for it can raise a term.

A person counts for a term when their account is older than a day, when they did not say word for word what
another had said, and when somebody who does not use it follows them: a ring of robots knows only itself.
What is usual goes by known people, each once an hour, so that nobody else can keep a term down either.
"""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import User
from social.models import Follow
from tweets.trends.terms import Term
from tweets.trends.uses import Use

ESTABLISHED = timedelta(days=1)
ASKED = 500  # people of a term: so many prove enough, and the figure is scaled
FOLLOWERS_ASKED = 50  # of each
SPREAD = 2_654_435_761  # puts ids into an order that says nothing about how old they are

_FOLLOWERS = """
    SELECT person.id, followers.id FROM unnest(%(people)s::bigint[]) AS person (id)
    CROSS JOIN LATERAL (
        SELECT f.follower_id AS id FROM follows f JOIN users u ON u.id = f.follower_id
        WHERE f.following_id = person.id AND u.created_at < %(before)s
            AND u.suspended_at IS NULL AND u.is_active
        ORDER BY f.follower_id LIMIT %(most)s) AS followers
"""


def known_people(people: Set[int], now: datetime) -> set[int]:
    """Those of them whose account is older than a day and whom anybody follows. One query."""
    follows = Follow.objects.filter(following_id=OuterRef("pk"))
    known = User.objects.filter(Exists(follows), pk__in=people, created_at__lt=now - ESTABLISHED)
    return set(known.values_list("pk", flat=True))


def independent_people(uses: Mapping[Term, Use], known: set[int], now: datetime) -> dict[Term, int]:
    """How many people count for each term, of those known. One query, whatever there is to ask."""
    people = {term: use.original & known for term, use in uses.items()}
    asked = {term: _some(those) for term, those in people.items()}
    followers = _followers(set().union(*asked.values()), now - ESTABLISHED)
    return {term: _count(asked[term], len(people[term]), use, followers) for term, use in uses.items()}


def _some(people: Set[int]) -> list[int]:
    return sorted(people, key=lambda person: person * SPREAD % 2**32)[:ASKED]


def _count(asked: list[int], of: int, use: Use, followers: Mapping[int, set[int]]) -> int:
    known = sum(1 for person in asked if followers.get(person, set()) - use.people)
    return round(known * of / len(asked)) if asked else 0


def _followers(people: set[int], before: datetime) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWERS, {"people": sorted(people), "before": before, "most": FOLLOWERS_ASKED})
        for person, follower in cursor.fetchall():
            found.setdefault(person, set()).add(follower)
    return found
