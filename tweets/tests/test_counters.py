"""A tweet's figures equal what counting says, once the steps are rolled up; nobody waits for them."""

import random
import re
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from tweets import tasks
from tweets.counters import Figures, figures_of_tweets, roll_up_tweet_counters
from tweets.models import CounterDelta, Tweet
from tweets.tests.factories import make_tweet
from twitterclone.lib.ids import id_time

pytestmark = pytest.mark.django_db

KINDS = ("likes", "retweets", "replies", "quotes")


def step(tweet_id: int, kind: str = "likes", delta: int = 1) -> None:
    CounterDelta.objects.create(tweet_id=tweet_id, kind=kind, delta=delta)


def figures(tweet: Tweet) -> tuple[int, ...]:
    return Tweet.objects.values_list("likes_count", "retweets_count", "replies_count", "quotes_count").get(
        pk=tweet.pk
    )


def test_figures_are_the_sums_when_rolled_up_in_any_portions(alice: User) -> None:
    chance = random.Random(5)
    tweets = [make_tweet(alice) for _ in range(4)]
    expected = {(tweet.pk, kind): 0 for tweet in tweets for kind in KINDS}
    for _ in range(300):
        tweet, kind = chance.choice(tweets), chance.choice(KINDS)
        delta = -1 if expected[tweet.pk, kind] and chance.random() < 0.3 else 1
        expected[tweet.pk, kind] += delta
        step(tweet.pk, kind, delta)
    while roll_up_tweet_counters(limit=chance.randint(1, 40)):
        pass
    assert {
        (tweet.pk, kind): n for tweet in tweets for kind, n in zip(KINDS, figures(tweet), strict=True)
    } == (expected)
    assert not CounterDelta.objects.exists()


def test_figures_are_exact_before_and_after_the_roll_up(
    alice: User, django_assert_num_queries: object
) -> None:
    tweet, other = make_tweet(alice), make_tweet(alice, likes_count=4)
    for _ in range(3):
        step(tweet.pk)
    step(tweet.pk, "replies")
    step(other.pk, delta=-1)
    exact = {tweet.pk: Figures(replies=1, likes=3), other.pk: Figures(likes=3)}
    with django_assert_num_queries(1):
        assert figures_of_tweets([tweet.pk, other.pk, tweet.pk + 1]) == exact
    assert sorted(roll_up_tweet_counters()) == [tweet.pk, other.pk]
    assert figures_of_tweets([tweet.pk, other.pk]) == exact
    assert figures_of_tweets([]) == {}


def test_tweet_page_shows_the_exact_figure_when_nothing_is_rolled_up(alice: User, client: Client) -> None:
    tweet = make_tweet(alice, likes_count=40)
    step(tweet.pk)
    step(tweet.pk)
    page = client.get(f"/{alice.username}/status/{tweet.pk}/")
    assert re.search(r"\b42\b", page.text)
    assert figures(tweet) == (40, 0, 0, 0)


def test_steps_of_missing_tweets_are_dropped_when_rolled_up(alice: User) -> None:
    tweet = make_tweet(alice)
    step(tweet.pk)
    step(tweet.pk + 1)
    step(1 << 16)
    assert roll_up_tweet_counters() == [tweet.pk]
    assert not CounterDelta.objects.exists()


def test_figure_stops_at_zero_when_too_much_is_taken_away(alice: User) -> None:
    tweet = make_tweet(alice)
    step(tweet.pk, delta=-1)
    roll_up_tweet_counters()
    assert figures(tweet) == (0, 0, 0, 0)


def test_roll_up_returns_at_once_when_nothing_waits() -> None:
    assert roll_up_tweet_counters() == []


@pytest.mark.django_db(transaction=True)
def test_second_worker_returns_at_once_when_one_is_rolling_up(alice: User) -> None:
    tweet = make_tweet(alice)
    step(tweet.pk)
    results: list[list[int]] = []

    def other_worker() -> None:
        results.append(roll_up_tweet_counters())
        connection.close()

    with transaction.atomic():
        assert roll_up_tweet_counters() == [tweet.pk]
        thread = Thread(target=other_worker)
        thread.start()
        thread.join()
    assert results == [[]]


def test_only_the_months_of_the_tweets_are_opened_when_rolled_up(
    alice: User, django_assert_num_queries: object
) -> None:
    tweet = make_tweet(alice)
    step(tweet.pk)
    with django_assert_num_queries(5) as caught:  # savepoint, lock, span, roll-up, release
        roll_up_tweet_counters()
    update = next(query["sql"] for query in caught if "UPDATE tweets" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {update}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    months = set(re.findall(r"tweets_\d{4}_\d{2}", plan))
    assert months == {f"tweets_{id_time(tweet.pk):%Y_%m}"}


def test_pages_that_show_a_tweet_are_told_when_its_figures_change(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(tasks, "tell_watchers", told.extend)
    tweet = make_tweet(alice)
    step(tweet.pk)
    tasks.roll_up_counters()
    assert told == [tweet.pk]
