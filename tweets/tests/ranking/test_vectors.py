"""What people care about, weighed by how few others do."""

from collections.abc import Callable
from math import log

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import InterestVector
from tweets.models import Hashtag, Interest, Taste
from tweets.ranking.vectors import refresh_vectors

pytestmark = pytest.mark.django_db


def cares(user: User, **values: float) -> None:
    Taste.objects.update_or_create(user=user, defaults={"refreshed_at": timezone.now()})
    for name, value in values.items():
        hashtag, _ = Hashtag.objects.get_or_create(name=name, defaults={"display": name.title()})
        Interest.objects.update_or_create(user=user, hashtag=hashtag, defaults={"uses": 1, "value": value})


def test_rare_interests_weigh_more_and_come_first(alice: User, bob: User, charlie: User) -> None:
    cares(alice, common=1.0, rare=1.0)
    cares(bob, common=1.0)
    cares(charlie)
    assert refresh_vectors(seconds=5) == 3
    vector = InterestVector.objects.get(user=alice)
    assert vector.names == ["Rare", "Common"]
    rare, common = (1 + log(2)) * log(1 + 3 / 1), (1 + log(2)) * log(1 + 3 / 2)
    assert vector.weights == pytest.approx([rare, common])
    assert vector.norm == pytest.approx((rare**2 + common**2) ** 0.5)
    empty = InterestVector.objects.get(user=charlie)
    assert (empty.features, empty.weights, empty.norm) == ([], [], 0)


def test_only_who_was_looked_at_since_is_done_again(alice: User, bob: User) -> None:
    cares(alice, rain=1.0)
    cares(bob, rain=1.0)
    assert refresh_vectors(seconds=5) == 2
    assert refresh_vectors(seconds=5) == 0
    cares(alice, sun=2.0)
    assert refresh_vectors(seconds=5) == 1
    assert set(InterestVector.objects.get(user=alice).names) == {"Rain", "Sun"}


def test_many_are_done_in_batches(
    alice: User, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tweets.ranking.vectors.AT_ONCE", 2)
    for number in range(5):
        cares(person(f"fan{number}"), rain=1.0)
    assert refresh_vectors(seconds=5) == 5
    assert InterestVector.objects.count() == 5
