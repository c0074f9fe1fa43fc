"""Block and mute."""

from datetime import timedelta

import pytest
from django.utils import timezone

from social.models import Block, FollowRequest, Mute
from social.services import block_user, follow_user, mute_user, unblock_user, unmute_user
from social.services.barring import CannotBlockOneself, CannotMuteOneself
from social.tests.helpers import assert_counters_are_exact, edges, heard


def test_follows_end_both_ways_when_blocked(alice, charlie, monkeypatch):
    follow_user(follower=alice, following=charlie)
    follow_user(follower=charlie, following=alice)
    with heard(monkeypatch) as events:
        block_user(blocker=alice, blocked=charlie)
    assert edges() == set()
    assert sorted(name for name, _ in events) == ["user.blocked", "user.unfollowed", "user.unfollowed"]
    assert ("user.blocked", {"blocker_id": alice.id, "blocked_id": charlie.id}) in events
    assert_counters_are_exact()


def test_requests_end_both_ways_when_blocked(person):
    vera, walt = person("vera", is_private=True), person("walt", is_private=True)
    follow_user(follower=vera, following=walt)
    follow_user(follower=walt, following=vera)
    block_user(blocker=vera, blocked=walt)
    assert not FollowRequest.objects.exists()


def test_block_is_told_once_when_pressed_twice(alice, charlie, monkeypatch):
    with heard(monkeypatch) as events:
        block_user(blocker=alice, blocked=charlie)
        block_user(blocker=alice, blocked=charlie)
    assert Block.objects.count() == 1
    assert [name for name, _ in events] == ["user.blocked"]


def test_follows_do_not_come_back_when_unblocked(alice, charlie, monkeypatch):
    follow_user(follower=charlie, following=alice)
    block_user(blocker=alice, blocked=charlie)
    with heard(monkeypatch) as events:
        unblock_user(blocker=alice, blocked=charlie)
        unblock_user(blocker=alice, blocked=charlie)
    assert (Block.objects.count(), edges()) == (0, set())
    assert events == [("user.unblocked", {"blocker_id": alice.id, "blocked_id": charlie.id})]


def test_block_of_the_other_stays_when_one_unblocks(alice, charlie):
    block_user(blocker=alice, blocked=charlie)
    block_user(blocker=charlie, blocked=alice)
    unblock_user(blocker=alice, blocked=charlie)
    assert list(Block.objects.values_list("blocker_id", flat=True)) == [charlie.id]


def test_oneself_is_refused_when_blocked_or_muted(alice):
    with pytest.raises(CannotBlockOneself):
        block_user(blocker=alice, blocked=alice)
    with pytest.raises(CannotMuteOneself):
        mute_user(muter=alice, muted=alice)
    assert not Block.objects.exists()
    assert not Mute.objects.exists()


def test_follow_stays_when_muted(alice, charlie, monkeypatch):
    follow_user(follower=alice, following=charlie)
    with heard(monkeypatch) as events:
        mute_user(muter=alice, muted=charlie)
    assert edges() == {(alice.id, charlie.id)}
    assert events == [("user.muted", {"muter_id": alice.id, "muted_id": charlie.id})]


def test_mute_is_one_row_with_the_last_wish_when_repeated(alice, charlie):
    mute_user(muter=alice, muted=charlie, expires_at=timezone.now() + timedelta(days=1))
    mute_user(muter=alice, muted=charlie, hide_notifications=False)
    assert Mute.objects.values_list("expires_at", "hide_notifications").get() == (None, False)


def test_mute_is_lifted_once_when_unmuted_twice(alice, charlie, monkeypatch):
    mute_user(muter=alice, muted=charlie)
    with heard(monkeypatch) as events:
        unmute_user(muter=alice, muted=charlie)
        unmute_user(muter=alice, muted=charlie)
    assert not Mute.objects.exists()
    assert events == [("user.unmuted", {"muter_id": alice.id, "muted_id": charlie.id})]
