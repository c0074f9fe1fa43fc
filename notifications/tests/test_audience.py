"""How people stand to an actor, and the locks."""

import pytest

from accounts.models import User
from notifications.audience import hold, pair_lock, standings
from social.models import Mute

pytestmark = pytest.mark.django_db


def test_standings_know_follows_blocks_both_ways_and_mutes(
    alice: User, bob: User, charlie: User, mallory: User
) -> None:
    Mute.objects.create(muter=charlie, muted=alice)
    found = {s.user_id: s for s in standings(alice.pk, [bob.pk, charlie.pk, mallory.pk])}
    assert [(s.follows_actor, s.is_blocked, s.hides_actor) for s in map(found.get, sorted(found))] == [
        (True, False, False),
        (False, False, True),
        (False, True, False),
    ]
    assert standings(mallory.pk, [alice.pk])[0].is_blocked


def test_unreachable_people_are_left_out_and_the_rest_comes_in_order(
    alice: User, bob: User, charlie: User
) -> None:
    User.objects.filter(pk=bob.pk).update(deactivated_at="2026-01-01T00:00Z")
    assert [s.user_id for s in standings(1, [charlie.pk, alice.pk, bob.pk])] == sorted([alice.pk, charlie.pk])


def test_locks_are_taken_again_by_their_own_transaction() -> None:
    hold("a", "b", shared=["c"])
    hold("c", shared=["a", "b"])
    hold()


def test_lock_of_a_pair_is_one_whoever_comes_first() -> None:
    assert pair_lock(2, 1) == pair_lock(1, 2)
