"""What For you chooses from: where it comes from, and what nobody may find there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.models import Like, Tweet
from tweets.queries.trends import Trend
from tweets.ranking.facts import Facts
from tweets.ranking.pool import candidates_for, facts_of, kept_pool, latest_pool, pool_for
from tweets.tests.factories import make_retweet, make_tweet
from tweets.tests.ranking.test_past import like, tagged

pytestmark = pytest.mark.django_db


def found(viewer: User, *, rising: tuple[Trend, ...] = (), popular: tuple[int, ...] = ()) -> dict[int, Facts]:
    now = timezone.now()
    return {facts.id: facts for facts in candidates_for(viewer.pk, now, rising, popular)}


def test_people_one_follows_are_found(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, language="en")
    (facts,) = found(bob).values()
    assert (facts.id, facts.author_id, facts.following) == (tweet.pk, alice.pk, True)
    assert facts.age_ms < 60_000


def test_people_one_deals_with_are_found(alice: User, charlie: User) -> None:
    like(charlie, make_tweet(alice))
    tweet = make_tweet(alice, "Something new")
    (facts,) = found(charlie).values()
    assert (facts.id, facts.my_likes, facts.following) == (tweet.pk, 1, False)


def test_what_ones_people_like_and_pass_on_is_found(
    alice: User, bob: User, charlie: User, person: Callable[..., User]
) -> None:
    liked, passed_on = make_tweet(charlie), make_tweet(charlie)
    dora = person("dora")
    Follow.objects.create(follower=bob, following=dora)
    like(alice, liked)
    like(dora, liked)
    make_retweet(alice, passed_on)
    facts = found(bob)
    assert {pk: (one.friends, set(one.friend_ids)) for pk, one in facts.items()} == {
        liked.pk: (2, {alice.pk, dora.pk}),
        passed_on.pk: (1, {alice.pk}),
    }


def test_hashtags_of_ones_past_are_found(alice: User, bob: User, charlie: User) -> None:
    Follow.objects.all().delete()
    like(bob, tagged(alice, "Rain"))
    tweet = tagged(charlie, "Rain")
    facts = found(bob)[tweet.pk]
    assert (list(facts.topics), facts.trend) == (["Rain"], "")
    assert facts.interest == pytest.approx(1, abs=0.01)


def test_trends_and_popular_tweets_are_found_by_a_stranger(alice: User, charlie: User) -> None:
    rising, popular = tagged(alice, "Rain"), make_tweet(alice)
    make_tweet(alice, "Nobody reads this")
    facts = found(charlie, rising=(Trend("Rain", "rain", 1, 1),), popular=(popular.pk,))
    assert {pk: one.trend for pk, one in facts.items()} == {rising.pk: "Rain", popular.pk: ""}


def test_figures_are_the_tweets(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, language="en")
    Tweet.objects.update(likes_count=5, retweets_count=2, quotes_count=1, replies_count=4)
    facts = found(bob)[tweet.pk]
    assert (facts.likes, facts.retweets, facts.replies, facts.language) == (5, 3, 4, "en")


def test_own_tweets_and_those_one_likes_already_are_left_out(alice: User, bob: User) -> None:
    make_tweet(bob)
    tweet = make_tweet(alice)
    like(bob, tweet)
    assert found(bob, popular=(tweet.pk,)) == {}


@pytest.fixture
def hidden(alice: User, charlie: User, mallory: User, person: Callable[..., User]) -> Callable[[str], int]:
    """Makes a tweet that alice, who looks, must not meet, everywhere For you looks."""

    def make(kind: str) -> int:
        author = {
            "blocked": mallory,
            "blocking": person("blocker"),
            "private": person("shy", is_private=True),
        }
        who = author.get(kind, charlie)
        now = timezone.now()
        fields = {
            "deleted": {"deleted_at": now},
            "hidden": {"hidden_at": now},
            "followers": {"audience": "followers"},
            "mentioned": {"audience": "mentioned", "mentioning": [alice]},
            "sensitive": {"is_sensitive": True},
            "warned": {"content_warning": "Spiders"},
        }.get(kind, {})
        tweet = tagged(who, "Rain", **fields) if "mentioning" not in fields else make_tweet(who, **fields)
        if kind == "blocking":
            Block.objects.create(blocker=who, blocked=alice)
        if kind == "muted":
            Mute.objects.create(muter=alice, muted=who)
        if kind in {"suspended", "deactivated"}:
            User.objects.filter(pk=who.pk).update(**{f"{kind}_at": now})
        return tweet.pk

    return make


HIDDEN = (
    "blocked", "blocking", "private", "muted", "suspended", "deactivated", "deleted", "hidden", "followers",
    "mentioned", "sensitive", "warned",
)  # fmt: skip


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_one_must_not_see_is_in_no_source(
    kind: str, hidden: Callable[[str], int], alice: User, bob: User
) -> None:
    tweet_id = hidden(kind)
    Follow.objects.create(follower=alice, following=bob)
    tweet = Tweet.objects.get(pk=tweet_id)
    like(bob, tweet)
    make_tweet(alice, "I wrote to them", in_reply_to=tweet)
    assert found(alice, rising=(Trend("Rain", "rain", 1, 1),), popular=(tweet_id,)) == {}
    assert facts_of(alice.pk, tweet_id) is None


def test_muted_people_bring_nothing_and_are_not_named(alice: User, bob: User, charlie: User) -> None:
    Follow.objects.create(follower=charlie, following=bob)
    Follow.objects.create(follower=charlie, following=alice)
    liked, passed_on, written = make_tweet(bob), make_tweet(bob), make_tweet(bob)
    like(alice, liked)
    make_retweet(alice, passed_on)
    Mute.objects.create(muter=charlie, muted=alice)
    facts = found(charlie)
    assert facts.keys() == {liked.pk, passed_on.pk, written.pk}
    assert not any(one.friends for one in facts.values())


def test_mute_that_is_over_hides_nothing(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    Mute.objects.create(muter=bob, muted=alice, expires_at=timezone.now() - timedelta(seconds=1))
    assert tweet.pk in found(bob)


def test_followers_read_what_is_for_followers_and_private_people(
    alice: User, bob: User, person: Callable[..., User]
) -> None:
    shy = person("shy", is_private=True)
    Follow.objects.create(follower=bob, following=shy)
    shown = {make_tweet(alice, audience="followers").pk, make_tweet(shy).pk}
    shown.add(make_tweet(alice, is_sensitive=True).pk)
    assert found(bob).keys() == shown


def test_price_is_the_same_for_one_and_for_many(
    alice: User, bob: User, django_assert_num_queries: Callable
) -> None:
    make_tweet(alice)
    now, rising = timezone.now(), [Trend("Rain", "rain", 1, 1)]
    with django_assert_num_queries(11):
        assert len(candidates_for(bob.pk, now, rising, ())) == 1
    for number in range(19):
        like(bob, tagged(alice, f"Tag{number}"))
        tagged(alice, f"Tag{number}")
    now = timezone.now()
    with django_assert_num_queries(11):
        assert len(candidates_for(bob.pk, now, rising, ())) == 20


def test_pool_is_kept_for_who_comes_back_and_found_again_by_its_stamp(alice: User, bob: User) -> None:
    make_tweet(alice)
    pool = pool_for(bob.pk)
    make_tweet(alice)
    assert pool_for(bob.pk) == kept_pool(bob.pk, pool.stamp) == latest_pool(bob.pk) == pool
    again = pool_for(bob.pk, anew=True)
    assert (len(pool.candidates), len(again.candidates)) == (1, 2)
    assert kept_pool(bob.pk, pool.stamp) == pool
    assert kept_pool(alice.pk, pool.stamp) is None
    assert kept_pool(bob.pk, "gone") is None
    assert Like.objects.count() == 0


def test_facts_of_one_tweet_are_those_of_the_list(alice: User, bob: User, charlie: User) -> None:
    like(bob, make_tweet(alice))
    tweet = tagged(alice, "Rain")
    one = facts_of(bob.pk, tweet.pk)
    assert one is not None
    assert one._replace(age_ms=0) == found(bob)[tweet.pk]._replace(age_ms=0)
