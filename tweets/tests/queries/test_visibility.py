"""The rule of who may see a tweet, as a statement looks it up."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import connection

from social.queries import Relation
from tweets.models import Audience, Tweet
from tweets.queries.visibility import may_see
from tweets.rules import can_view

pytestmark = pytest.mark.django_db

VIEWER, SOMEBODY = 7, 8
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
TIES = (
    {},
    {"following": True},
    {"blocking": True},
    {"blocked_by": True, "following": True},
    {"requested": True, "followed_by": True, "muting": True},
)
_ROW = """
    WITH seen AS (SELECT
        %(author)s::bigint AS tweets_author_id, %(deleted)s::timestamptz AS tweets_deleted_at,
        %(hidden)s::timestamptz AS tweets_hidden_at, %(ties)s::text[] AS ties, %(named)s AS is_mentioned,
        %(private)s AS users_is_private, %(audience)s::varchar AS tweets_audience,
        %(active)s AS users_is_active, %(suspended)s::timestamptz AS users_suspended_at,
        %(deactivated)s::timestamptz AS users_deactivated_at)
"""
OPEN = {
    "id0": VIEWER, "author": SOMEBODY, "deleted": None, "hidden": None, "ties": [], "named": False,
    "private": False, "audience": "public", "active": True, "suspended": None, "deactivated": None,
}  # fmt: skip


def looked_up(**values: object) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROW} SELECT {may_see()} FROM seen", {**OPEN, **values})
        return bool(cursor.fetchone()[0])


def test_answer_is_the_rules_for_every_tweet_and_viewer() -> None:
    moments, either = (None, MOMENT), (False, True)
    kinds = product((VIEWER, SOMEBODY), moments, moments, Audience, either, TIES, either)
    answers = set()
    for author, deleted, hidden, audience, private, ties, named in kinds:
        tweet = Tweet(author_id=author, deleted_at=deleted, hidden_at=hidden, audience=audience.value)
        wanted = can_view(
            VIEWER, tweet, author_is_private=private, relation=Relation(**ties), is_mentioned=named
        )
        found = looked_up(
            author=author, deleted=deleted, hidden=hidden, audience=audience.value,
            private=private, ties=list(ties), named=named,
        )  # fmt: skip
        assert found == wanted, (author, deleted, hidden, audience, private, ties, named)
        answers.add(wanted)
    assert answers == {True, False}


@pytest.mark.parametrize("closed", [{"active": False}, {"suspended": MOMENT}, {"deactivated": MOMENT}])
def test_nobody_sees_what_somebody_out_of_reach_wrote(closed: dict[str, object]) -> None:
    assert looked_up()
    assert not looked_up(**closed)


def test_unknown_audience_is_seen_by_nobody() -> None:
    assert not looked_up(audience="friends", ties=["following"], named=True)
