"""What follows from a relation."""

import pytest

from social.rules import STRANGER, FollowStatus, Relation, can_see_follow_lists

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("relation", "status"),
    [
        (Relation(), FollowStatus.NONE),
        (Relation(requested=True), FollowStatus.REQUESTED),
        (Relation(following=True), FollowStatus.FOLLOWING),
        (Relation(followed_by=True), FollowStatus.NONE),
    ],
)
def test_status_tells_how_far_the_wish_has_come_when_asked(relation: Relation, status: FollowStatus) -> None:
    assert relation.status is status


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({}, True),
        ({"is_private": True}, False),
        ({"is_private": True, "relation": Relation(following=True)}, True),
        ({"is_private": True, "relation": Relation(followed_by=True, requested=True)}, False),
        ({"hides_lists": True}, False),
        ({"hides_lists": True, "relation": Relation(following=True)}, False),
        ({"relation": Relation(blocking=True)}, False),
        ({"relation": Relation(blocked_by=True)}, False),
        ({"relation": Relation(muting=True)}, True),
        ({"is_oneself": True, "is_private": True, "hides_lists": True}, True),
    ],
)
def test_follow_lists_are_seen_when_nothing_forbids_it(facts: dict, seen: bool) -> None:
    defaults = {"is_oneself": False, "is_private": False, "hides_lists": False, "relation": STRANGER}
    assert can_see_follow_lists(**{**defaults, **facts}) is seen
