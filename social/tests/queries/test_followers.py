"""Followers in batches."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Follow
from social.queries import follower_ids_in_batches


@pytest.fixture
def followers(alice, person):
    users = [person(f"fan{letter}") for letter in "abcde"]
    Follow.objects.bulk_create([Follow(follower=user, following=alice) for user in reversed(users)])
    return [user.id for user in users]


@pytest.mark.parametrize(("size", "sizes"), [(2, [2, 2, 1]), (5, [5]), (10, [5]), (1, [1, 1, 1, 1, 1])])
def test_each_follower_comes_once_when_read_in_batches(alice, followers, size, sizes):
    batches = list(follower_ids_in_batches(alice.id, size))
    assert [len(batch) for batch in batches] == sizes
    assert [user_id for batch in batches for user_id in batch] == followers


def test_no_batch_comes_when_nobody_follows(alice):
    assert list(follower_ids_in_batches(alice.id, 10)) == []


def test_only_the_active_and_reachable_come_when_asked(alice, followers):
    long_ago = timezone.now() - timedelta(days=40)
    User.objects.filter(id=followers[0]).update(last_active_at=long_ago)
    User.objects.filter(id=followers[1]).update(suspended_at=timezone.now())
    User.objects.filter(id=followers[2]).update(deactivated_at=timezone.now())
    since = timezone.now() - timedelta(days=30)
    assert list(follower_ids_in_batches(alice.id, 10, since)) == [followers[3:]]
    assert list(follower_ids_in_batches(alice.id, 10)) == [[followers[0], *followers[3:]]]


def test_each_batch_is_one_query_when_read(alice, followers, django_assert_num_queries):
    with django_assert_num_queries(3):
        list(follower_ids_in_batches(alice.id, 2))
