"""For you as pages: order, paging without repeats, what is left out, and receipts."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.models import Tweet
from tweets.models.ranking import default_weights
from tweets.ranking.page import ForYou, ListGone, for_you_page, receipt_for
from tweets.ranking.score import FACTORS
from tweets.tests.factories import make_retweet, make_tweet
from tweets.tests.ranking.test_past import like, tagged
from twitterclone.lib.errors import NotVisible

pytestmark = pytest.mark.django_db

WEIGHTS = default_weights()
NOTHING = dict.fromkeys(FACTORS, 0.0)


def ids(page: ForYou) -> list[int]:
    return [card.id for card in page.items]


def liked_by_many(author: User, likes: int) -> Tweet:
    tweet = make_tweet(author)
    Tweet.objects.filter(pk=tweet.pk).update(likes_count=likes)
    return tweet


def test_order_is_that_of_the_weights(alice: User, bob: User) -> None:
    known, new = liked_by_many(alice, 100), make_tweet(alice)
    assert ids(for_you_page(bob.pk, NOTHING | {"likes": 1.0})) == [known.pk, new.pk]
    assert ids(for_you_page(bob.pk, NOTHING | {"likes": -1.0})) == [new.pk, known.pk]


def test_pages_follow_each_other_without_gap_or_repeat(alice: User, bob: User) -> None:
    written = {make_tweet(alice).pk for _ in range(47)}
    first = for_you_page(bob.pk, WEIGHTS)
    make_tweet(alice, "too late for this list")
    second = for_you_page(bob.pk, WEIGHTS, stamp=first.stamp, start=first.next or 0)
    third = for_you_page(bob.pk, WEIGHTS, stamp=first.stamp, start=second.next or 0)
    assert [len(page.items) for page in (first, second, third)] == [20, 20, 7]
    assert third.next is None
    assert {*ids(first), *ids(second), *ids(third)} == written


def test_what_was_hidden_since_is_left_out_and_the_page_is_filled(
    alice: User, bob: User, charlie: User
) -> None:
    Follow.objects.create(follower=bob, following=charlie)
    theirs = [make_tweet(charlie).pk for _ in range(15)]
    written = [make_tweet(alice).pk for _ in range(30)]
    stamp = for_you_page(bob.pk, WEIGHTS).stamp
    Mute.objects.create(muter=bob, muted=charlie)
    Tweet.objects.filter(pk=written[0]).update(deleted_at=timezone.now())
    page = for_you_page(bob.pk, WEIGHTS, stamp=stamp)
    rest = for_you_page(bob.pk, WEIGHTS, stamp=stamp, start=page.next or 0)
    assert len(page.items) == 20
    assert {*ids(page), *ids(rest)} == set(written[1:])
    assert not {*ids(page), *ids(rest)} & set(theirs)
    Block.objects.create(blocker=alice, blocked=bob)
    assert for_you_page(bob.pk, WEIGHTS, stamp=stamp).items == []


def test_list_that_is_gone_says_so(alice: User, bob: User) -> None:
    stamp = for_you_page(bob.pk, WEIGHTS).stamp
    for stranger, name in ((alice, stamp), (bob, "never")):
        with pytest.raises(ListGone):
            for_you_page(stranger.pk, WEIGHTS, stamp=name)


def test_page_costs_the_same_for_one_and_for_twenty(
    alice: User, bob: User, django_assert_num_queries: Callable
) -> None:
    make_retweet(alice, liked_by_many(User.objects.create_user("dora", "d@example.com"), 1))
    named = NOTHING | {"friends": 1.0}  # who liked it is named in either
    for_you_page(bob.pk, named)
    with django_assert_num_queries(9):
        assert len(for_you_page(bob.pk, named).items) == 1
    for number in range(25):
        tagged(alice, f"Tag{number}")
    for_you_page(bob.pk, named, anew=True)
    with django_assert_num_queries(9):
        assert len(for_you_page(bob.pk, named).items) == 20


def test_reason_is_the_strongest_that_can_be_told(alice: User, bob: User, charlie: User) -> None:
    make_retweet(alice, make_tweet(charlie))
    (card,) = for_you_page(bob.pk, WEIGHTS).items
    assert card.reason == "Alice Bergström liked or retweeted this"
    (card,) = for_you_page(bob.pk, NOTHING).items
    assert card.reason == "New"


def test_receipt_adds_up_to_the_score_and_names_what_was_true(alice: User, bob: User, charlie: User) -> None:
    for _ in range(4):
        like(bob, make_tweet(alice))
    make_tweet(bob, in_reply_to=make_tweet(charlie))
    tweet = tagged(alice, "Rain")
    like(bob, tagged(charlie, "Rain"))
    Tweet.objects.filter(pk=tweet.pk).update(likes_count=1, replies_count=12)
    for_you_page(bob.pk, WEIGHTS)
    found = receipt_for(bob.pk, tweet.pk, WEIGHTS)
    assert sum(line.points for line in found.lines) == round(float(found.score) * 1000)
    assert {line.name for line in found.lines} == set(FACTORS)
    assert [abs(line.points) for line in found.lines] == sorted(
        (abs(line.points) for line in found.lines), reverse=True
    )
    words = {line.name: line.words for line in found.lines}
    assert words["affinity"] == "You liked 4 tweets by Alice Bergström"
    assert words["likes"] == "1 like"
    assert words["replies"] == "12 replies"
    assert words["retweets"] == "0 retweets and quotes"
    assert words["following"] == "You follow Alice Bergström"
    assert words["topics"] == "#Rain in what you write and like"
    assert words["friends"] == "Nobody you follow liked it or passed it on"
    for line in found.lines:
        assert line.points == round(line.value * line.weight * 1000)
        assert float(line.contribution) == line.points / 1000


def test_receipt_is_that_of_the_list_although_things_changed(alice: User, bob: User) -> None:
    tweet = liked_by_many(alice, 5)
    for_you_page(bob.pk, WEIGHTS)
    before = receipt_for(bob.pk, tweet.pk, WEIGHTS)
    Tweet.objects.update(likes_count=500)
    assert receipt_for(bob.pk, tweet.pk, WEIGHTS) == before


def test_receipt_of_a_tweet_outside_the_list_is_made_for_it(alice: User, bob: User) -> None:
    tweet = liked_by_many(alice, 5)
    words = {line.name: line.words for line in receipt_for(bob.pk, tweet.pk, WEIGHTS).lines}
    assert words["likes"] == "5 likes"


def test_receipt_of_what_one_may_not_see_does_not_exist(alice: User, mallory: User) -> None:
    with pytest.raises(NotVisible):
        receipt_for(mallory.pk, make_tweet(alice).pk, WEIGHTS)
    with pytest.raises(NotVisible):
        receipt_for(alice.pk, make_tweet(alice).pk, WEIGHTS)
