"""Reading lines: once, only one's own, and never what arrives meanwhile."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.models import User
from notifications.models import Notification
from notifications.services import mark_all_read, mark_read
from notifications.tests.helpers import deliver, lines
from tweets.models import Tweet
from tweets.services.engagement import like_tweet, unlike_tweet
from tweets.services.posting import post_tweet
from twitterclone.lib import outbox


@pytest.fixture
def liked(alice: User, bob: User) -> list[Tweet]:
    """Three tweets of alice that bob liked, and a line for each."""
    tweets = [post_tweet(author=alice, text=f"Tweet {number}") for number in range(3)]
    for tweet in tweets:
        like_tweet(user=bob, tweet=tweet)
    deliver()
    return tweets


def unread() -> int:
    return Notification.objects.filter(is_read=False).count()


@pytest.mark.django_db
def test_line_is_read_once(liked: list[Tweet], alice: User) -> None:
    line = Notification.objects.order_by("id").first()
    assert mark_read(user_id=alice.pk, notification_id=line.pk)
    assert not mark_read(user_id=alice.pk, notification_id=line.pk)
    line.refresh_from_db()
    assert line.is_read
    assert line.read_at is not None
    assert unread() == 2


@pytest.mark.django_db
def test_line_stays_unread_when_somebody_else_says_it_was_read(liked: list[Tweet], charlie: User) -> None:
    assert not mark_read(user_id=charlie.pk, notification_id=Notification.objects.first().pk)
    assert mark_all_read(user_id=charlie.pk) == 0
    assert unread() == 3


@pytest.mark.django_db
def test_what_arrives_meanwhile_stays_unread(
    liked: list[Tweet], alice: User, bob: User, charlie: User
) -> None:
    until = Notification.objects.order_by("-updated_at").first().updated_at
    like_tweet(user=charlie, tweet=liked[0])
    post_tweet(author=bob, text="@alice hello")
    deliver()
    assert mark_all_read(user_id=alice.pk, until=until) == 2
    assert lines(alice)[:2] == [("mention", "bob", 1, False), ("like", "charlie", 2, False)]
    assert mark_all_read(user_id=alice.pk) == 2
    assert mark_all_read(user_id=alice.pk) == 0


@pytest.mark.django_db
def test_more_lines_than_one_batch_are_read(liked: list[Tweet], alice: User, monkeypatch) -> None:
    monkeypatch.setattr("notifications.services.BATCH", 2)
    assert mark_all_read(user_id=alice.pk) == 3


def in_other_connection(function: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []

    def run() -> None:
        try:
            results.append(function())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["all", "one"])
def test_both_succeed_when_two_connections_read_the_same_lines(
    liked: list[Tweet], alice: User, what: str
) -> None:
    line = Notification.objects.order_by("id").first().pk

    def read() -> int:
        if what == "one":
            return mark_read(user_id=alice.pk, notification_id=line)
        return mark_all_read(user_id=alice.pk)

    with transaction.atomic():
        assert read()
        thread, results = in_other_connection(read)
        wait_until_blocked()
    thread.join(10)
    assert results == [0]
    assert unread() == (2 if what == "one" else 0)


@pytest.mark.django_db(transaction=True)
def test_like_begins_a_new_line_when_its_line_is_read_at_the_same_moment(
    liked: list[Tweet], alice: User, charlie: User
) -> None:
    with transaction.atomic():
        mark_all_read(user_id=alice.pk)
        thread, results = in_other_connection(lambda: told_at_once(like_tweet, charlie, liked[0]))
        wait_until_blocked()
    thread.join(10)
    assert results == [True]
    assert outbox.open_count() == 0
    assert lines(alice)[0] == ("like", "charlie", 1, False)
    assert len(lines(alice)) == 4


@pytest.mark.django_db(transaction=True)
def test_unlike_shrinks_the_line_when_it_is_read_at_the_same_moment(
    liked: list[Tweet], alice: User, bob: User
) -> None:
    with transaction.atomic():
        mark_all_read(user_id=alice.pk)
        thread, results = in_other_connection(lambda: told_at_once(unlike_tweet, bob, liked[0]))
        wait_until_blocked()
    thread.join(10)
    assert results == [True]
    assert outbox.open_count() == 0
    assert lines(alice) == [("like", "bob", 1, True)] * 2


@pytest.mark.django_db(transaction=True)
def test_nothing_breaks_when_many_read_and_like_at_once(alice: User, bob: User, person: Callable) -> None:
    tweets = [post_tweet(author=alice, text=f"Tweet {number}") for number in range(4)]
    fans = [bob, *[person(f"fan{number}") for number in range(3)]]
    deliver()

    def like_all(fan: User) -> None:
        for tweet in tweets:
            like_tweet(user=fan, tweet=tweet)
            deliver_some()

    work = [in_other_connection(lambda fan=fan: like_all(fan)) for fan in fans]
    work += [in_other_connection(lambda: [mark_all_read(user_id=alice.pk) for _ in range(20)])]
    for thread, _ in work:
        thread.join(60)
    errors = [result for _, results in work for result in results if isinstance(result, Exception)]
    assert errors == []
    deadline = time.monotonic() + 20
    while told() < 16 and time.monotonic() < deadline:
        deliver_some()
        time.sleep(0.1)
    assert told() == 16


def told() -> int:
    return sum(Notification.objects.values_list("actors_count", flat=True))


def told_at_once(change: Callable[..., bool], user: User, tweet: Tweet) -> bool:
    """Does it and tells of it: of likes that come close together the sweep tells, and none runs here."""
    done = change(user=user, tweet=tweet)
    deliver_some()
    return done


def deliver_some() -> None:
    outbox.drain()


def wait_until_blocked() -> None:
    """Until another connection waits for a lock of ours."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            waits = cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]
        if waits:
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
