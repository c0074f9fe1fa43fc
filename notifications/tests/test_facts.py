"""What somebody was told, one thing at a time: read by its index, and forgotten in batches."""

import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.cast import Person
from notifications import delivery, notifiers
from notifications.facts import fact_page
from notifications.models import Notification, NotificationEvent, Type
from notifications.tests.helpers import deliver, lines
from tweets.services.engagement import like_tweet, unlike_tweet
from tweets.tests.factories import make_tweet
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db


@pytest.fixture
def liked_by_five(alice: User, person: Person) -> None:
    tweet = make_tweet(alice)
    for number in range(5):
        like_tweet(user=person(f"fan{number}"), tweet=tweet)
    deliver()


def test_page_is_one_read_of_the_index(alice: User, liked_by_five: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # five rows are sorted as fast
        told = NotificationEvent.objects.filter(user=alice.pk, notification_id__isnull=False)
        plan = told.filter(type__in=[Type.LIKE], id__lt=1 << 62).order_by("-id")[:20].explain()
    assert "notification_events_told" in plan
    assert "Sort" not in plan


def test_everything_is_forgotten_in_batches_and_once(
    alice: User, liked_by_five: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    assert delivery.forget(alice.pk) == 5
    assert lines(alice) == []
    assert NotificationEvent.objects.filter(user=alice).count() == 5
    assert delivery.forget(alice.pk) == 0


def test_line_without_facts_goes_when_everything_is_forgotten(alice: User, bob: User) -> None:
    for user in (alice, bob):
        Notification.objects.create(user=user, type=Type.MESSAGE, group_key="message:1", actor=bob)
    delivery.forget(alice.pk)
    assert not Notification.objects.filter(user=alice).exists()
    assert Notification.objects.filter(user=bob).exists()


def test_what_is_forgotten_is_not_told_again_by_the_same_event(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    like_tweet(user=bob, tweet=tweet)
    deliver()
    (fact,) = fact_page(alice.pk, Cursor(), [Type.LIKE]).items
    assert delivery.forget(alice.pk, fact.id) == 1
    delivery.tell(notifiers.of_like(tweet, bob.pk))
    assert lines(alice) == []
    unlike_tweet(user=bob, tweet=tweet)
    deliver()
    assert not NotificationEvent.objects.filter(user=alice).exists()
