"""Telling: ticks after the commit, one line however many tell at once, batches."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.models import User
from notifications import delivery, notifiers
from notifications.models import Notification, NotificationEvent
from notifications.tests.helpers import deliver, everything, lines
from tweets.models import Tweet
from tweets.services.engagement import like_tweet
from tweets.services.posting import post_tweet

Ticks = list[tuple[list[int], str]]


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    """What would be published, and to whom."""
    told: Ticks = []
    monkeypatch.setattr(delivery, "tell_users", lambda ids, event: told.append((list(ids), event["type"])))
    return told


@pytest.mark.django_db(transaction=True)
def test_tick_is_sent_after_the_commit_to_all_told_at_once(
    alice: User, bob: User, charlie: User, ticks: Ticks
) -> None:
    with transaction.atomic():
        delivery.tell(notifiers.of_follow(charlie.pk, bob.pk))
        assert ticks == []
    assert ticks == [([bob.pk], "notification.new")]
    ticks.clear()
    with transaction.atomic():
        post_tweet(author=charlie, text="@alice @bob hello")
        assert ticks == []
    assert ticks == [(sorted([alice.pk, bob.pk]), "notification.new")]


@pytest.mark.django_db(transaction=True)
def test_no_tick_is_sent_when_it_was_told_before_or_was_rolled_back(
    alice: User, bob: User, charlie: User, ticks: Ticks
) -> None:
    with transaction.atomic():
        delivery.tell(notifiers.of_follow(charlie.pk, bob.pk))
        transaction.set_rollback(True)
    for _ in range(2):
        with transaction.atomic():
            delivery.tell(notifiers.of_follow(charlie.pk, bob.pk))
    assert ticks == [([bob.pk], "notification.new")]


@pytest.mark.django_db(transaction=True)
def test_tick_says_that_a_line_shrank(alice: User, bob: User, ticks: Ticks) -> None:
    for _ in range(2):
        with transaction.atomic():
            delivery.tell(notifiers.of_follow(bob.pk, alice.pk))
        with transaction.atomic():
            delivery.withdraw("follow", user_id=alice.pk, actor_id=bob.pk)
    assert [kind for _, kind in ticks] == ["notification.new", "notification.gone"] * 2


@pytest.mark.django_db(transaction=True)
def test_one_line_counts_everybody_when_many_like_at_once(alice: User, person: Callable[..., User]) -> None:
    tweet = post_tweet(author=alice, text="popular")
    fans = [person(f"fan{number}") for number in range(6)]

    def tell(fan: User) -> None:
        try:
            with transaction.atomic():
                delivery.tell(notifiers.of_like(tweet, fan.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell, args=[fan]) for fan in fans for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    line = Notification.objects.get()
    assert line.actors_count == 6
    assert NotificationEvent.objects.filter(notification_id=line.pk).count() == 6
    assert line.message.endswith("and 5 others liked your tweet")


@pytest.mark.django_db
def test_all_that_somebody_did_is_taken_back_in_batches(
    alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    tweets: list[Tweet] = [post_tweet(author=alice, text=f"Tweet {number}") for number in range(5)]
    for tweet in tweets:
        like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweets[0])
    deliver()
    delivery.withdraw_actor(bob.pk)
    assert lines(alice) == [("like", "charlie", 1, False)]
    delivery.withdraw_actor(charlie.pk, user_id=bob.pk)
    assert lines(alice) == [("like", "charlie", 1, False)]
    delivery.withdraw_actor(charlie.pk, user_id=alice.pk)
    assert everything() == ([], [])


@pytest.mark.django_db
def test_nobody_is_told_of_somebody_unreachable(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    delivery.tell(notifiers.of_follow(bob.pk, alice.pk))
    delivery.tell(notifiers.of_follow(alice.pk, bob.pk))
    delivery.tell(notifiers.of_follow(1, alice.pk))
    assert everything() == ([], [])
