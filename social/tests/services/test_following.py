"""Follow and unfollow."""

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import User, UserCounterDelta
from social.models import Block, Follow, FollowRequest
from social.rules import FollowStatus
from social.services import block_user, follow_user, remove_follower, unfollow_user
from social.services.following import (
    CannotFollowBlocked,
    CannotFollowBlocker,
    CannotFollowNow,
    CannotFollowOneself,
)
from social.tests.helpers import assert_counters_are_exact, at_once, edges, heard
from twitterclone.lib.errors import NotVisible, RateLimited
from twitterclone.lib.limits import Window


@pytest.fixture
def vera(person):
    return person("vera", is_private=True)


def test_follow_is_made_counted_and_told_when_account_is_public(alice, charlie, monkeypatch):
    with heard(monkeypatch) as events:
        assert follow_user(follower=charlie, following=alice) is FollowStatus.FOLLOWING
    assert edges() == {(charlie.id, alice.id)}
    assert events == [("user.followed", {"follower_id": charlie.id, "following_id": alice.id})]
    assert_counters_are_exact()
    alice.refresh_from_db()
    assert (alice.followers_count, alice.following_count) == (1, 0)


def test_follow_is_counted_once_when_pressed_twice(alice, charlie, monkeypatch):
    follow_user(follower=charlie, following=alice)
    with heard(monkeypatch) as events:
        assert follow_user(follower=charlie, following=alice) is FollowStatus.FOLLOWING
    assert events == []
    assert UserCounterDelta.objects.count() == 2


def test_private_account_is_asked_when_followed(vera, charlie, monkeypatch):
    with heard(monkeypatch) as events:
        assert follow_user(follower=charlie, following=vera) is FollowStatus.REQUESTED
        assert follow_user(follower=charlie, following=vera) is FollowStatus.REQUESTED
    assert FollowRequest.objects.filter(follower=charlie, following=vera).count() == 1
    assert edges() == set()
    assert events == [("follow.requested", {"follower_id": charlie.id, "following_id": vera.id})]
    assert UserCounterDelta.objects.count() == 0


def test_follower_stays_when_account_became_private_later(vera, bob):
    Follow.objects.create(follower=bob, following=vera)
    assert follow_user(follower=bob, following=vera) is FollowStatus.FOLLOWING
    assert not FollowRequest.objects.exists()


def test_waiting_request_becomes_a_follow_when_pressed_after_account_became_public(alice, charlie):
    FollowRequest.objects.create(follower=charlie, following=alice)
    assert follow_user(follower=charlie, following=alice) is FollowStatus.FOLLOWING
    assert edges() == {(charlie.id, alice.id)}
    assert not FollowRequest.objects.exists()


def test_oneself_is_refused_when_followed(alice):
    with pytest.raises(CannotFollowOneself):
        follow_user(follower=alice, following=alice)
    assert edges() == set()


def test_follow_is_refused_when_blocked_either_way(alice, mallory):
    with pytest.raises(CannotFollowBlocker):
        follow_user(follower=mallory, following=alice)
    with pytest.raises(CannotFollowBlocked):
        follow_user(follower=alice, following=mallory)
    assert edges() == set()


@pytest.mark.parametrize("gone", ["suspended_at", "deactivated_at"])
def test_follow_is_refused_when_one_of_them_is_gone(gone, alice, charlie):
    User.objects.filter(id=alice.id).update(**{gone: timezone.now()})
    with pytest.raises(NotVisible):
        follow_user(follower=charlie, following=alice)
    with pytest.raises(CannotFollowNow):
        follow_user(follower=alice, following=charlie)
    assert edges() == set()


@override_settings(RATE_LIMITS=True)
def test_follow_is_refused_when_there_were_too_many(alice, charlie, person, monkeypatch):
    monkeypatch.setattr("twitterclone.lib.limits.LIMITS", {"follow": (Window(1, 60),)})
    follow_user(follower=charlie, following=alice)
    with pytest.raises(RateLimited):
        follow_user(follower=charlie, following=person("dora"))
    follow_user(follower=charlie, following=alice)
    assert edges() == {(charlie.id, alice.id)}


def test_unfollow_ends_the_follow_and_is_told_once_when_pressed_twice(alice, charlie, monkeypatch):
    follow_user(follower=charlie, following=alice)
    with heard(monkeypatch) as events:
        unfollow_user(follower=charlie, following=alice)
        unfollow_user(follower=charlie, following=alice)
    assert edges() == set()
    assert events == [("user.unfollowed", {"follower_id": charlie.id, "following_id": alice.id})]
    assert_counters_are_exact()


def test_unfollow_takes_the_request_back_when_only_asked(vera, charlie, monkeypatch):
    follow_user(follower=charlie, following=vera)
    with heard(monkeypatch) as events:
        unfollow_user(follower=charlie, following=vera)
    assert not FollowRequest.objects.exists()
    assert events == [("follow.withdrawn", {"follower_id": charlie.id, "following_id": vera.id})]


def test_follower_is_removed_when_the_followed_wishes(alice, charlie, monkeypatch):
    follow_user(follower=charlie, following=alice)
    follow_user(follower=alice, following=charlie)
    with heard(monkeypatch) as events:
        remove_follower(user=alice, follower=charlie)
    assert edges() == {(alice.id, charlie.id)}
    assert events == [("user.unfollowed", {"follower_id": charlie.id, "following_id": alice.id})]
    assert_counters_are_exact()


@pytest.mark.django_db(transaction=True)
def test_follow_is_made_once_when_pressed_in_two_tabs(alice, charlie):
    actions = [lambda: follow_user(follower=charlie, following=alice)] * 4
    assert at_once(*actions) == [FollowStatus.FOLLOWING] * 4
    assert edges() == {(charlie.id, alice.id)}
    assert UserCounterDelta.objects.count() == 2
    assert_counters_are_exact()


@pytest.mark.django_db(transaction=True)
def test_request_is_made_once_when_pressed_in_two_tabs(vera, charlie):
    actions = [lambda: follow_user(follower=charlie, following=vera)] * 4
    assert at_once(*actions) == [FollowStatus.REQUESTED] * 4
    assert FollowRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_nobody_follows_past_a_block_when_both_happen_at_once(alice, charlie, turn):
    follow, block = at_once(
        lambda: follow_user(follower=charlie, following=alice),
        lambda: block_user(blocker=alice, blocked=charlie),
    )
    assert follow is FollowStatus.FOLLOWING or isinstance(follow, CannotFollowBlocker)
    assert block is None
    assert Block.objects.filter(blocker=alice, blocked=charlie).exists()
    assert edges() == set()
    assert_counters_are_exact()
