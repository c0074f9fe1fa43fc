"""Counters equal counting, whatever people do."""

import random

import pytest

from accounts.counters import pending_user_counts, roll_up_user_counters
from accounts.models import User, UserCounterDelta
from social.models import Follow, FollowRequest
from social.services import (
    accept_follow_request,
    block_user,
    follow_user,
    remove_follower,
    unblock_user,
    unfollow_user,
)
from social.tests.helpers import assert_counters_are_exact, at_once
from twitterclone.lib.errors import DomainError


def act(chance: random.Random, people: list[User]) -> None:
    one, other = chance.sample(people, 2)
    what = chance.choice(["follow"] * 5 + ["unfollow", "remove", "block", "unblock", "accept", "roll"])
    if what == "follow":
        follow_user(follower=one, following=other)
    elif what == "unfollow":
        unfollow_user(follower=one, following=other)
    elif what == "remove":
        remove_follower(user=one, follower=other)
    elif what == "block":
        block_user(blocker=one, blocked=other)
    elif what == "unblock":
        unblock_user(blocker=one, blocked=other)
    elif what == "accept" and (request := FollowRequest.objects.order_by("id").first()):
        accept_follow_request(user=request.following, request_id=request.id)
    elif what == "roll":
        roll_up_user_counters(limit=chance.randint(1, 5))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counters_equal_counting_when_people_act_at_random(seed, person, settings):
    settings.RATE_LIMITS = False
    chance = random.Random(seed)
    people = [person(f"u{number}x", is_private=number == 0) for number in range(5)]
    for _ in range(150):
        try:
            act(chance, people)
        except DomainError:
            continue
    assert_counters_are_exact()
    assert not UserCounterDelta.objects.exists()


def test_pending_steps_complete_the_column_when_not_rolled_up(alice, bob, charlie):
    follow_user(follower=charlie, following=alice)
    follow_user(follower=alice, following=bob)
    assert pending_user_counts([alice.id, bob.id]) == {
        alice.id: {"followers": 1, "following": 1},
        bob.id: {"followers": 1},
    }
    roll_up_user_counters()
    assert pending_user_counts([alice.id, bob.id]) == {}


def test_counter_stays_at_zero_when_it_had_missed_a_step(alice, bob):
    assert Follow.objects.filter(follower=bob, following=alice).exists()  # made without its steps
    unfollow_user(follower=bob, following=alice)
    assert roll_up_user_counters() == 2
    alice.refresh_from_db()
    assert alice.followers_count == 0


def test_steps_of_an_account_that_is_gone_are_dropped_when_rolled_up(db):
    UserCounterDelta.objects.create(user_id=1, kind="followers", delta=1)
    assert roll_up_user_counters() == 1
    assert not UserCounterDelta.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_steps_are_added_once_when_two_workers_roll_up_at_once(alice, person):
    for number in range(10):
        follow_user(follower=person(f"u{number}x"), following=alice)
    taken = at_once(*[roll_up_user_counters] * 4)
    assert sum(count for count in taken if isinstance(count, int)) == 20
    assert_counters_are_exact()
