"""What a page shows of a tweet, to whom, and at what price."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.counters import roll_up_tweet_counters
from tweets.models import Bookmark, Like, Tweet
from tweets.queries.access import own_tweet_for, pressed_tweet_for, tweet_for
from tweets.queries.cards import card_for, cards_for
from tweets.services.engagement import like_pressed, like_tweet, unlike_pressed, unlike_tweet
from tweets.tests.factories import make_retweet, make_tweet
from twitterclone.lib.errors import NotVisible

pytestmark = pytest.mark.django_db

CARD_QUERIES = 10


def test_card_says_what_the_viewer_did(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "Hi @bob", mentioning=[bob])
    Like.objects.create(user=bob, tweet=tweet)
    Bookmark.objects.create(user=bob, tweet=tweet)
    make_retweet(bob, tweet)

    card = card_for(bob.pk, tweet.pk)

    assert card is not None
    assert (card.liked, card.bookmarked, card.retweeted) == (True, True, True)
    assert (card.is_own, card.can_delete, card.can_reply, card.can_retweet) == (False, False, True, True)
    assert card.mentions == frozenset({"bob"})
    assert card.url == f"/alice/status/{tweet.pk}/"
    assert card.author is not None
    assert (card.author.handle, card.author.initials) == ("Alice", "AB")


def test_retweet_shows_the_original_and_who_passed_it_on(alice: User, bob: User, charlie: User) -> None:
    tweet = make_tweet(alice)
    row = make_retweet(bob, tweet)

    (card,) = cards_for(charlie.pk, [row.pk])

    assert (card.id, card.entry_id, card.retweet_id) == (tweet.pk, row.pk, row.pk)
    assert card.retweeted_by is not None
    assert card.retweeted_by.username == "bob"
    assert card.author is not None
    assert card.author.username == "alice"


def test_quote_stands_inside_one_level_deep(alice: User, bob: User) -> None:
    first = make_tweet(alice, "one")
    second = make_tweet(bob, "two", quote_of=first)
    third = make_tweet(alice, "three", quote_of=second)

    card = card_for(bob.pk, third.pk)

    assert card is not None
    assert card.quote is not None
    assert card.quote.text == "two"
    assert card.quote.quote is None


def test_deleted_quote_leaves_a_note(alice: User, bob: User) -> None:
    first = make_tweet(alice, "one")
    second = make_tweet(bob, "two", quote_of=first)
    first.deleted_at = first.created_at
    first.save()
    card = card_for(bob.pk, second.pk)
    assert card is not None
    assert (card.quote, card.quote_gone) == (None, True)


def seen(viewer: User | None, tweet_id: int) -> bool:
    """Whether the viewer sees it: the card and the access functions agree."""
    viewer_id = viewer.pk if viewer else None
    try:
        tweet = tweet_for(viewer_id, tweet_id)
    except NotVisible:
        with pytest.raises(NotVisible):
            pressed_tweet_for(viewer_id or 0, tweet_id)
        with pytest.raises(NotVisible):
            like_pressed(user=viewer or User(id=0), tweet_id=tweet_id)
        assert not Like.objects.exists()
        assert card_for(viewer_id, tweet_id) is None
        return False
    assert vars_of(tweet) == vars_of(Tweet.objects.defer("search").get(pk=tweet_id))
    assert vars_of(tweet.author) == vars_of(User.objects.get(pk=tweet.author_id))
    assert pressed_tweet_for(viewer_id or 0, tweet_id)[0] == tweet
    if viewer:
        for press in (like_pressed, unlike_pressed):
            found = press(user=viewer, tweet_id=tweet_id)
            assert found[:2] == (tweet_id, tweet.author_id)
            assert (found.author_is_private, found.audience) == (tweet.author.is_private, tweet.audience)
            assert found.has_changed
    assert card_for(viewer_id, tweet_id) is not None
    return True


def vars_of(row: Model) -> dict[str, Any]:
    """The columns that were fetched."""
    names = {field.attname for field in row._meta.concrete_fields}
    return {name: value for name, value in vars(row).items() if name in names}


def test_public_tweet_is_seen_by_all_but_the_blocked(
    alice: User, bob: User, charlie: User, mallory: User
) -> None:
    tweet = make_tweet(alice)
    assert [seen(viewer, tweet.pk) for viewer in (None, alice, bob, charlie, mallory)] == [
        True, True, True, True, False,
    ]  # fmt: skip


def test_blocker_does_not_see_whom_they_blocked(alice: User, mallory: User) -> None:
    assert not seen(alice, make_tweet(mallory).pk)


def test_followers_tweet_is_seen_by_followers_and_mentioned(
    alice: User, bob: User, charlie: User, person: Callable[..., User]
) -> None:
    named = person("named")
    tweet = make_tweet(alice, audience="followers", mentioning=[named])
    assert [seen(viewer, tweet.pk) for viewer in (None, alice, bob, charlie, named)] == [
        False, True, True, False, True,
    ]  # fmt: skip


def test_mentioned_tweet_is_seen_by_the_mentioned_only(alice: User, bob: User, charlie: User) -> None:
    tweet = make_tweet(alice, audience="mentioned", mentioning=[charlie])
    assert [seen(viewer, tweet.pk) for viewer in (None, alice, bob, charlie)] == [False, True, False, True]


def test_private_account_is_read_by_followers_only(person: Callable[..., User], bob: User) -> None:
    private = person("hidden", is_private=True)
    tweet = make_tweet(private)
    assert not seen(bob, tweet.pk)
    Follow.objects.create(follower=bob, following=private)
    assert seen(bob, tweet.pk)
    assert not seen(None, tweet.pk)


@pytest.mark.parametrize("field", ["suspended_at", "deactivated_at"])
def test_tweets_of_a_closed_account_are_gone(alice: User, bob: User, field: str) -> None:
    tweet = make_tweet(alice)
    setattr(alice, field, tweet.created_at)
    alice.save()
    assert not seen(bob, tweet.pk)


def test_hidden_tweet_is_gone(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    tweet.hidden_at = tweet.created_at
    tweet.save()
    assert not seen(bob, tweet.pk)


def test_muted_people_leave_feeds_and_stay_in_sight(alice: User, bob: User, charlie: User) -> None:
    Mute.objects.create(muter=bob, muted=alice)
    tweet = make_tweet(alice)
    passed_on = make_retweet(charlie, tweet)
    assert cards_for(bob.pk, [tweet.pk, passed_on.pk], hide_muted=True) == []
    assert len(cards_for(bob.pk, [tweet.pk, passed_on.pk])) == 2


def test_retweet_by_a_blocked_person_is_gone(alice: User, bob: User, charlie: User) -> None:
    row = make_retweet(charlie, make_tweet(alice))
    Block.objects.create(blocker=bob, blocked=charlie)
    assert cards_for(bob.pk, [row.pk]) == []


def test_gone_tweets_stay_as_tombstones_when_asked_for(alice: User, mallory: User) -> None:
    visible, gone = make_tweet(alice), make_tweet(mallory)
    cards = cards_for(alice.pk, [visible.pk, gone.pk, 1 << 40], keep_gone=True)
    assert [card.gone for card in cards] == [False, True, True]


def test_own_tweet_is_found_for_its_author_only(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    assert own_tweet_for(alice, tweet.pk) == tweet
    with pytest.raises(NotVisible):
        own_tweet_for(bob, tweet.pk)


@pytest.mark.parametrize("size", [1, 20])
def test_price_is_the_same_for_one_and_for_twenty(
    alice: User, bob: User, charlie: User, size: int, django_assert_num_queries: Callable
) -> None:
    ids = []
    for number in range(size):
        quoted = make_tweet(charlie, f"quoted {number}")
        reply = make_tweet(alice, f"@bob {number}", in_reply_to=quoted, quote_of=quoted, mentioning=[bob])
        ids.append(make_retweet(charlie, reply).pk)
    with django_assert_num_queries(CARD_QUERIES):
        assert len(cards_for(bob.pk, ids)) == size


def test_figures_of_a_pressed_tweet_are_those_of_the_card(
    alice: User, bob: User, charlie: User, django_assert_num_queries: Callable
) -> None:
    tweet = make_tweet(alice)
    make_retweet(bob, tweet)
    for fan in (bob, charlie):
        like_tweet(user=fan, tweet=tweet)
        roll_up_tweet_counters()
    unlike_tweet(user=charlie, tweet=tweet)
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    with django_assert_num_queries(1):
        figures = pressed_tweet_for(bob.pk, tweet.pk)[1]
    assert figures == (card.replies_count, card.retweets_count, card.likes_count, card.quotes_count)
    assert figures.likes == 1


def test_access_costs_one_query_and_two_for_what_is_passed_on(
    alice: User, bob: User, django_assert_num_queries: Callable
) -> None:
    tweet = make_tweet(alice, audience="followers", mentioning=[bob])
    row = make_retweet(alice, tweet)
    for look in (tweet_for, pressed_tweet_for):
        with django_assert_num_queries(1):
            look(bob.pk, tweet.pk)
        with django_assert_num_queries(2):
            look(bob.pk, row.pk)


@pytest.mark.parametrize("identifier", [-1, 0, 1 << 63, 10**30])
def test_id_that_no_tweet_has_is_no_tweet(bob: User, identifier: int) -> None:
    for look in (tweet_for, pressed_tweet_for):
        with pytest.raises(NotVisible):
            look(bob.pk, identifier)
