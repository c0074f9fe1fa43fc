"""Lists of people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, FollowRequest, Mute
from social.queries import (
    ListHidden,
    Relation,
    blocks_page,
    follow_requests_count,
    follow_requests_page,
    followers_page,
    following_page,
    mutes_page,
)
from twitterclone.lib.pagination import Cursor

ANYONE = type("Anyone", (), {"id": None})()


@pytest.fixture
def crowd(person):
    def make(size: int) -> list[User]:
        return [person(f"fan{number}x") for number in range(size)]

    return make


def names(slice_) -> list[str]:
    return [row.person.username for row in slice_.items]


@pytest.mark.parametrize("size", [1, 20])
@pytest.mark.parametrize(("page", "column", "other"), [
    (followers_page, "following", "follower"),
    (following_page, "follower", "following"),
])  # fmt: skip
def test_follow_lists_take_three_queries_when_long(
    page, column, other, size, alice, charlie, crowd, django_assert_num_queries
):
    people = crowd(size)
    Follow.objects.bulk_create([Follow(**{column: alice, other: one}) for one in people])
    with django_assert_num_queries(3):
        slice_ = page(charlie, alice, Cursor(limit=20))
    assert names(slice_) == [one.username for one in reversed(people)]
    assert slice_.next is None


@pytest.mark.parametrize("size", [1, 20])
def test_requests_blocks_and_mutes_take_two_queries_when_long(size, alice, crowd, django_assert_num_queries):
    people = crowd(size)
    FollowRequest.objects.bulk_create([FollowRequest(follower=one, following=alice) for one in people])
    Block.objects.bulk_create([Block(blocker=alice, blocked=one) for one in people])
    Mute.objects.bulk_create([Mute(muter=alice, muted=one) for one in people])
    newest_first = [one.username for one in reversed(people)]
    for page in (follow_requests_page, blocks_page, mutes_page):
        with django_assert_num_queries(2):
            slice_ = page(alice, Cursor(limit=20))
        assert names(slice_) == newest_first
    assert {row.relation for row in slice_.items} == {Relation(blocking=True, muting=True)}
    assert follow_requests_count(alice) == size


def test_pages_hold_each_person_once_when_read_to_the_end(alice, charlie, crowd):
    people = crowd(7)
    Follow.objects.bulk_create([Follow(follower=one, following=alice) for one in people])
    seen, before = [], None
    while True:
        slice_ = followers_page(charlie, alice, Cursor(before=before, limit=3))
        seen += names(slice_)
        before = slice_.next
        if before is None:
            break
    assert seen == [one.username for one in reversed(people)]


def test_next_is_none_when_the_page_is_just_full(alice, charlie, crowd):
    Follow.objects.bulk_create([Follow(follower=one, following=alice) for one in crowd(3)])
    assert followers_page(charlie, alice, Cursor(limit=3)).next is None


def test_rows_tell_the_viewers_relation_when_listed(alice, bob, charlie):
    Follow.objects.create(follower=charlie, following=bob)
    row = followers_page(charlie, alice, Cursor()).items[0]
    assert (row.person.handle, row.relation) == ("bob", Relation(following=True))
    assert followers_page(ANYONE, alice, Cursor()).items[0].relation == Relation()


def test_people_kept_away_by_a_block_are_left_out_when_listed(alice, bob, charlie, mallory):
    Follow.objects.create(follower=charlie, following=alice)
    Block.objects.create(blocker=charlie, blocked=bob)
    assert names(followers_page(charlie, alice, Cursor())) == ["charlie"]
    assert names(followers_page(bob, alice, Cursor())) == ["bob"]
    assert names(followers_page(alice, alice, Cursor())) == ["charlie", "bob"]


@pytest.mark.parametrize("gone", ["suspended_at", "deactivated_at"])
def test_people_who_are_gone_are_left_out_when_listed(gone, alice, bob, charlie):
    User.objects.filter(id=bob.id).update(**{gone: timezone.now()})
    Block.objects.create(blocker=alice, blocked=bob)
    Mute.objects.create(muter=alice, muted=bob)
    assert names(followers_page(charlie, alice, Cursor())) == []
    # whoever is suspended may come back: what keeps them away can be seen and ended
    kept = [("bob", True)] if gone == "suspended_at" else []
    for page in (blocks_page, mutes_page):
        assert [(row.person.username, row.is_suspended) for row in page(alice, Cursor()).items] == kept


@pytest.mark.parametrize("page", [followers_page, following_page])
def test_lists_are_hidden_when_the_owner_wishes(page, person, charlie):
    henry = person("henry", hide_follower_lists=True)
    Follow.objects.create(follower=charlie, following=henry)
    for viewer in (charlie, ANYONE):
        with pytest.raises(ListHidden):
            page(viewer, henry, Cursor())
    page(henry, henry, Cursor())


def test_lists_are_for_followers_when_account_is_private(person, bob, charlie):
    vera = person("vera", is_private=True)
    Follow.objects.create(follower=bob, following=vera)
    FollowRequest.objects.create(follower=charlie, following=vera)
    for viewer in (charlie, ANYONE):
        with pytest.raises(ListHidden):
            followers_page(viewer, vera, Cursor())
    assert names(followers_page(bob, vera, Cursor())) == ["bob"]


def test_lists_are_hidden_when_blocked_either_way(alice, mallory):
    with pytest.raises(ListHidden):
        followers_page(mallory, alice, Cursor())
    with pytest.raises(ListHidden):
        following_page(alice, mallory, Cursor())


def test_expired_mutes_are_not_listed_when_others_last(alice, bob, charlie, mallory):
    now = timezone.now()
    Mute.objects.create(muter=alice, muted=bob, expires_at=now - timedelta(hours=1))
    Mute.objects.create(muter=alice, muted=charlie, expires_at=now + timedelta(hours=1))
    Mute.objects.create(muter=alice, muted=mallory)
    assert names(mutes_page(alice, Cursor())) == ["mallory", "charlie"]
