"""Saying something, and taking it back."""

import threading

import pytest
from django.db import connection, connections

from accounts.models import User, UserCounterDelta
from tweets.models import CounterDelta, Hashtag, Mention, Tweet, TweetHashtag
from tweets.services.posting import (
    EmptyTweet,
    MayNotReply,
    ReplyGone,
    TooLong,
    delete_tweet,
    post_tweet,
)
from tweets.tests.factories import make_tweet
from twitterclone.lib.errors import Forbidden

pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, int]]:
    """The events written, each once, with the tweet they are about."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT event, (payload->>'tweet_id')::bigint FROM outbox ORDER BY 1, 2")
        return cursor.fetchall()


def test_tweet_is_stored_with_all_it_names(alice: User, bob: User) -> None:
    tweet = post_tweet(author=alice, text="  Hi @BOB and @nobody, look: #Mountains #山 https://example.com ")

    stored = Tweet.objects.get(pk=tweet.pk)
    assert stored.content == "Hi @BOB and @nobody, look: #Mountains #山 https://example.com"
    assert stored.author == alice
    assert stored.audience == "public"
    assert set(Mention.objects.values_list("user__username", flat=True)) == {"bob"}
    assert dict(Hashtag.objects.values_list("name", "display")) == {"mountains": "Mountains", "山": "山"}
    assert TweetHashtag.objects.filter(tweet=tweet).count() == 2
    assert [(delta.kind, delta.delta) for delta in UserCounterDelta.objects.all()] == [("tweets", 1)]
    assert events() == [("tweet.posted", tweet.pk)]


@pytest.mark.parametrize(
    "text", ["", "   \n\t ", "\u200b\u200d\u2060", "\u202e\u202d", "\ufeff", "\u3164", "\u00ad", "\x00"]
)
def test_tweet_is_refused_when_nothing_can_be_seen(alice: User, text: str) -> None:
    with pytest.raises(EmptyTweet):
        post_tweet(author=alice, text=text)
    assert Tweet.objects.count() == 0


def test_tweet_is_refused_when_longer_than_280(alice: User) -> None:
    assert post_tweet(author=alice, text="a" * 280).pk
    with pytest.raises(TooLong):
        post_tweet(author=alice, text="a" * 281)
    assert post_tweet(author=alice, text="山" * 140).pk
    with pytest.raises(TooLong):
        post_tweet(author=alice, text="山" * 141)
    assert post_tweet(author=alice, text="https://example.com/" + "x" * 1000 + " " + "a" * 256).pk


def test_same_key_stores_once_when_sent_twice(alice: User) -> None:
    first = post_tweet(author=alice, text="once", idempotency_key="key-1")
    second = post_tweet(author=alice, text="once", idempotency_key="key-1")
    other = post_tweet(author=alice, text="once", idempotency_key="key-2")

    assert first.pk == second.pk != other.pk
    assert Tweet.objects.count() == 2


def test_same_key_of_two_people_stores_two(alice: User, bob: User) -> None:
    assert (
        post_tweet(author=alice, text="a", idempotency_key="k").pk
        != post_tweet(author=bob, text="b", idempotency_key="k").pk
    )


@pytest.mark.django_db(transaction=True)
def test_same_key_stores_once_when_sent_at_the_same_time(alice: User) -> None:
    found: list[int] = []
    gate = threading.Barrier(6)

    def send() -> None:
        gate.wait()
        try:
            found.append(post_tweet(author=alice, text="together", idempotency_key="same").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1
    assert Tweet.objects.count() == 1


def test_refused_key_is_free_again(alice: User) -> None:
    with pytest.raises(TooLong):
        post_tweet(author=alice, text="a" * 300, idempotency_key="k")
    assert post_tweet(author=alice, text="shorter", idempotency_key="k").content == "shorter"


def test_reply_counts_for_its_parent(alice: User, bob: User) -> None:
    parent = make_tweet(alice)
    reply = post_tweet(author=bob, text="yes", reply_to=parent)

    assert reply.in_reply_to_id == parent.pk
    assert reply.in_reply_to_user_id == alice.pk
    assert list(CounterDelta.objects.values_list("tweet_id", "kind", "delta")) == [(parent.pk, "replies", 1)]


def test_reply_is_refused_when_the_parent_is_gone(alice: User, bob: User) -> None:
    parent = make_tweet(alice)
    delete_tweet(actor=alice, tweet=parent)
    with pytest.raises(ReplyGone):
        post_tweet(author=bob, text="too late", reply_to=parent)


def test_reply_is_refused_when_blocked_by_the_author(alice: User, mallory: User) -> None:
    parent = make_tweet(alice)
    with pytest.raises(ReplyGone):
        post_tweet(author=mallory, text="hey", reply_to=parent)


def test_reply_is_refused_when_the_author_chose_others(alice: User, bob: User, charlie: User) -> None:
    parent = make_tweet(alice, reply_policy="mentioned", mentioning=[bob])
    assert post_tweet(author=bob, text="thanks", reply_to=parent).pk
    with pytest.raises(MayNotReply):
        post_tweet(author=charlie, text="me too", reply_to=parent)


def test_mention_tells_nobody_when_privacy_or_a_block_forbids_it(
    alice: User, mallory: User, person: object
) -> None:
    person("shy", who_may_mention="nobody")  # type: ignore[operator]
    person("choosy", who_may_mention="following")  # type: ignore[operator]
    post_tweet(author=mallory, text="@alice @shy @choosy @mallory hello")
    assert set(Mention.objects.values_list("user__username", flat=True)) == {"mallory"}


def test_deleting_takes_the_tweet_and_its_counts_back_once(alice: User, bob: User) -> None:
    parent = make_tweet(alice)
    reply = post_tweet(author=bob, text="yes", reply_to=parent)

    delete_tweet(actor=bob, tweet=reply)
    delete_tweet(actor=bob, tweet=reply)

    assert not Tweet.objects.visible().filter(pk=reply.pk).exists()
    assert sum(CounterDelta.objects.values_list("delta", flat=True)) == 0
    assert [event for event, _ in events()].count("tweet.deleted") == 1


def test_deleting_is_refused_when_it_is_not_ones_own(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    with pytest.raises(Forbidden):
        delete_tweet(actor=bob, tweet=tweet)
    assert Tweet.objects.visible().filter(pk=tweet.pk).exists()
