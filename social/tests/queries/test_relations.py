"""Relations of one viewer to many people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from social.models import Block, Follow, FollowRequest, Mute
from social.queries import (
    FollowStatus,
    Relation,
    follow_status,
    hidden_author_ids,
    muted_ids,
    relation_between,
    relations_between,
)


@pytest.fixture
def web(alice, bob, charlie, mallory, person):
    """bob follows alice, alice blocks mallory; here alice follows dora, asks erin and mutes bob."""
    dora, erin = person("dora"), person("erin")
    Follow.objects.create(follower=alice, following=dora)
    FollowRequest.objects.create(follower=alice, following=erin)
    Mute.objects.create(muter=alice, muted=bob)
    return {"dora": dora.id, "erin": erin.id}


def test_relations_say_everything_when_seen_from_alice(web, alice, bob, charlie, mallory):
    ids = [bob.id, charlie.id, mallory.id, web["dora"], web["erin"], alice.id]
    assert relations_between(alice.id, ids) == {
        bob.id: Relation(followed_by=True, muting=True),
        charlie.id: Relation(),
        mallory.id: Relation(blocking=True),
        web["dora"]: Relation(following=True),
        web["erin"]: Relation(requested=True),
        alice.id: Relation(),
    }


def test_relations_are_the_other_way_round_when_seen_from_the_others(web, alice, bob, mallory):
    assert relation_between(bob.id, alice.id) == Relation(following=True)
    assert relation_between(mallory.id, alice.id) == Relation(blocked_by=True)
    assert relation_between(web["dora"], alice.id) == Relation(followed_by=True)
    assert relation_between(web["erin"], alice.id) == Relation()


def test_follow_status_is_each_of_three_when_asked(web, alice, charlie):
    assert follow_status(alice.id, web["dora"]) is FollowStatus.FOLLOWING
    assert follow_status(alice.id, web["erin"]) is FollowStatus.REQUESTED
    assert follow_status(alice.id, charlie.id) is FollowStatus.NONE


@pytest.mark.parametrize("count", [1, 20])
def test_relations_take_one_query_when_there_are_many_people(count, alice, person, django_assert_num_queries):
    ids = [person(f"p{number}x").id for number in range(count)]
    Follow.objects.bulk_create([Follow(follower=alice, following_id=user_id) for user_id in ids])
    with django_assert_num_queries(1):
        assert relations_between(alice.id, ids) == dict.fromkeys(ids, Relation(following=True))


def test_relations_cost_nothing_when_anonymous_or_empty(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert relations_between(None, [alice.id]) == {alice.id: Relation()}
        assert relations_between(alice.id, []) == {}


def test_hidden_authors_are_the_blocked_when_either_way(web, alice, bob, mallory, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert hidden_author_ids(alice.id, [bob.id, mallory.id]) == {mallory.id}
        assert hidden_author_ids(mallory.id, [bob.id, alice.id]) == {alice.id}
    assert hidden_author_ids(None, [alice.id]) == set()


def test_muted_are_only_ones_own_when_not_expired(web, alice, bob, charlie):
    Mute.objects.create(muter=alice, muted=charlie, expires_at=timezone.now() - timedelta(seconds=1))
    assert muted_ids(alice.id, [bob.id, charlie.id]) == {bob.id}
    assert muted_ids(bob.id, [alice.id]) == set()
    assert not relation_between(alice.id, charlie.id).muting


def test_a_mute_still_holds_when_it_expires_later(alice, charlie):
    Mute.objects.create(muter=alice, muted=charlie, expires_at=timezone.now() + timedelta(hours=1))
    assert muted_ids(alice.id, [charlie.id]) == {charlie.id}


def test_block_is_hidden_both_ways_when_two_block_each_other(alice, mallory):
    Block.objects.create(blocker=mallory, blocked=alice)
    assert relation_between(alice.id, mallory.id) == Relation(blocking=True, blocked_by=True)
    assert hidden_author_ids(alice.id, [mallory.id]) == {mallory.id}
