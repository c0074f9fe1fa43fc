"""Whose tweets a viewer may read."""

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, FollowRequest, Mute
from social.queries import can_see_tweets_of, readable_author_filter, readable_author_ids


@pytest.fixture
def everybody(alice, bob, charlie, mallory, person):
    """alice is public; vera is private and bob follows her, charlie only asked; two are gone."""
    vera = person("vera", is_private=True)
    Follow.objects.create(follower=bob, following=vera)
    FollowRequest.objects.create(follower=charlie, following=vera)
    people = {
        "alice": alice,
        "bob": bob,
        "charlie": charlie,
        "mallory": mallory,
        "vera": vera,
        "sue": person("sue", suspended_at=timezone.now()),
        "dan": person("dan", deactivated_at=timezone.now()),
        "ina": person("ina", is_active=False),
    }
    return {name: user.id for name, user in people.items()}


@pytest.mark.parametrize(
    ("viewer", "readable"),
    [
        (None, {"alice", "bob", "charlie", "mallory"}),
        ("charlie", {"alice", "bob", "charlie", "mallory"}),
        ("bob", {"alice", "bob", "charlie", "mallory", "vera"}),
        ("vera", {"alice", "bob", "charlie", "mallory", "vera"}),
        ("alice", {"alice", "bob", "charlie"}),
        ("mallory", {"bob", "charlie", "mallory"}),
    ],
)
def test_readable_authors_are_right_when_seen_by_each(everybody, viewer, readable, django_assert_num_queries):
    viewer_id = everybody[viewer] if viewer else None
    expected = {everybody[name] for name in readable}
    with django_assert_num_queries(1):
        assert readable_author_ids(viewer_id, everybody.values()) == expected
    filtered = User.objects.filter(readable_author_filter(viewer_id, "id")).values_list("id", flat=True)
    assert set(filtered) == expected


def test_a_block_outweighs_the_follow_when_both_exist(everybody):
    Block.objects.create(blocker_id=everybody["vera"], blocked_id=everybody["bob"])
    assert not can_see_tweets_of(everybody["bob"], User.objects.get(id=everybody["vera"]))


def test_muted_authors_stay_readable_when_looked_up(everybody):
    Mute.objects.create(muter_id=everybody["charlie"], muted_id=everybody["alice"])
    assert can_see_tweets_of(everybody["charlie"], User.objects.get(id=everybody["alice"]))


def test_nothing_is_asked_when_there_are_no_authors(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert readable_author_ids(alice.id, []) == set()
