"""The rows of the graph and their steps."""

import pytest
from django.db import connections, transaction

from accounts.models import UserCounterDelta
from social.edges import add_follows, is_private_until_commit, lock_pair, remove_follows
from social.tests.helpers import at_once, edges


def test_only_new_follows_come_back_when_some_exist(alice, bob, charlie):
    pairs = [(bob.id, alice.id), (charlie.id, alice.id)]
    assert add_follows(pairs) == [(charlie.id, alice.id)]
    assert edges() == set(pairs)
    assert set(UserCounterDelta.objects.values_list("user_id", "kind", "delta")) == {
        (charlie.id, "following", 1),
        (alice.id, "followers", 1),
    }


def test_only_ended_follows_come_back_when_some_are_missing(alice, bob, charlie):
    assert remove_follows([(bob.id, alice.id), (alice.id, bob.id)]) == [(bob.id, alice.id)]
    assert edges() == set()
    assert UserCounterDelta.objects.filter(delta=-1).count() == 2


def test_nothing_happens_when_there_are_no_pairs(alice):
    assert (add_follows([]), remove_follows([])) == ([], [])


def test_privacy_is_told_when_asked(alice, person):
    assert is_private_until_commit(person("vera", is_private=True).id)
    assert not is_private_until_commit(alice.id)
    assert not is_private_until_commit(1)


@pytest.mark.django_db(transaction=True)
def test_second_waits_for_the_first_when_they_decide_about_the_same_two():
    order: list[str] = []

    def decide(name: str, one: int, other: int) -> None:
        with transaction.atomic():
            lock_pair(one, other)
            order.append(f"{name} in")
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")
            order.append(f"{name} out")

    at_once(lambda: decide("a", 1, 2), lambda: decide("b", 2, 1))
    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])
