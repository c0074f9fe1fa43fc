"""Bookmarks, likes, pins, quotes and who reacted: in order, in pages, and to whom."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, Mute
from tweets.models import Audience, Bookmark, Like, PinnedTweet, Tweet
from tweets.queries.feeds import profile_page
from tweets.queries.kept import (
    bookmarks_page,
    liked_by_page,
    likes_page,
    pinned_cards,
    profile_front,
    quotes_page,
    retweeted_by_page,
    tweet_and_quotes,
)
from tweets.queries.profiles import profile_for
from tweets.tests.factories import add_media, make_retweet, make_tweet
from twitterclone.lib.pagination import Cursor, Slice

pytestmark = pytest.mark.django_db

NOT_FOR_CHARLIE = {
    "followers": {"audience": Audience.FOLLOWERS},
    "mentioned": {"audience": Audience.MENTIONED},
    "deleted": {"deleted_at": timezone.now()},
    "hidden": {"hidden_at": timezone.now()},
}


@pytest.fixture(params=[*NOT_FOR_CHARLIE, "private", "blocking", "blocked", "suspended"])
def secret(request: pytest.FixtureRequest, person: Callable[..., User], charlie: User) -> Tweet:
    """A tweet with a picture that charlie may not see, each for another reason."""
    dora = person("dora", is_private=request.param == "private")
    tweet = make_tweet(dora, "secret", **NOT_FOR_CHARLIE.get(request.param, {}))
    add_media(tweet)
    if request.param == "blocking":
        Block.objects.create(blocker=dora, blocked=charlie)
    elif request.param == "blocked":
        Block.objects.create(blocker=charlie, blocked=dora)
    elif request.param == "suspended":
        User.objects.filter(pk=dora.pk).update(suspended_at=timezone.now())
    return tweet


def test_nothing_is_shown_of_what_one_may_not_see(secret: Tweet, alice: User, charlie: User) -> None:
    Bookmark.objects.create(user=charlie, tweet=secret)
    Like.objects.create(user=alice, tweet=secret)
    PinnedTweet.objects.create(user=secret.author, tweet=secret)
    public = make_tweet(alice, "public")
    Tweet.objects.filter(pk=secret.pk).update(quote_of_id=public.pk, quote_of_created_at=public.created_at)
    cursor = Cursor()

    assert bookmarks_page(charlie.pk, cursor).items == []
    assert likes_page(charlie.pk, profile_for(charlie.pk, "alice"), cursor).items == []
    assert quotes_page(charlie.pk, public, cursor).items == []
    if secret.author.suspended_at is None:
        profile = profile_for(charlie.pk, "dora")
        assert pinned_cards(charlie.pk, profile) == []
        assert profile_page(charlie.pk, profile, "media", cursor).items == []


def test_bookmarks_come_in_the_order_they_were_made(alice: User, bob: User) -> None:
    tweets = [make_tweet(alice, str(number)) for number in range(25)]
    for tweet in (*tweets[10:], *tweets[:10]):
        Bookmark.objects.create(user=bob, tweet=tweet)
    first = bookmarks_page(bob.pk, Cursor(limit=20))
    second = bookmarks_page(bob.pk, Cursor(limit=20, before=first.next))
    shown = [card.text for card in (*first.items, *second.items)]
    assert shown == [str(n) for n in (*range(9, -1, -1), *range(24, 9, -1))]
    assert second.next is None


def test_likes_tab_is_empty_when_the_profile_is_closed(alice: User, charlie: User, person: Callable) -> None:
    dora = person("dora", is_private=True)
    Like.objects.create(user=dora, tweet=make_tweet(alice))
    assert likes_page(charlie.pk, profile_for(charlie.pk, "dora"), Cursor()).items == []
    Follow.objects.create(follower=charlie, following=dora)
    assert len(likes_page(charlie.pk, profile_for(charlie.pk, "dora"), Cursor()).items) == 1


def test_media_tab_shows_only_what_has_pictures(alice: User, bob: User) -> None:
    make_tweet(alice, "words")
    with_picture = make_tweet(alice, "picture")
    add_media(with_picture)
    make_retweet(alice, with_picture)
    cards = profile_page(bob.pk, profile_for(bob.pk, "alice"), "media", Cursor()).items
    assert [card.text for card in cards] == ["picture"]


def test_people_who_reacted_are_listed_without_the_blocked(
    alice: User, bob: User, charlie: User, mallory: User
) -> None:
    tweet = make_tweet(bob)
    for user in (charlie, mallory):
        Like.objects.create(user=user, tweet=tweet)
        make_retweet(user, tweet)
    for page in (liked_by_page, retweeted_by_page):
        assert [row.person.username for row in page(alice.pk, tweet, Cursor()).items] == ["charlie"]
        assert len(page(None, tweet, Cursor()).items) == 2


def test_pinned_tweets_stand_with_the_last_one_first(alice: User, bob: User) -> None:
    for text in ("one", "two"):
        PinnedTweet.objects.create(user=alice, tweet=make_tweet(alice, text))
    assert [card.text for card in pinned_cards(bob.pk, profile_for(bob.pk, "alice"))] == ["two", "one"]


def test_profile_front_has_the_pinned_above_the_page_also_when_nothing_is_below(
    alice: User, bob: User, charlie: User
) -> None:
    profile = profile_for(bob.pk, "alice")
    assert profile_front(bob.pk, profile, Cursor()) == ([], Slice([]))
    reply = make_tweet(alice, "an answer", in_reply_to=make_tweet(charlie))
    PinnedTweet.objects.create(user=alice, tweet=reply)
    pinned, below = profile_front(bob.pk, profile, Cursor())
    assert ([card.id for card in pinned], below.items) == ([reply.pk], [])
    both = make_tweet(alice, "pinned and in the page")
    PinnedTweet.objects.create(user=alice, tweet=both)
    pinned, below = profile_front(bob.pk, profile, Cursor())
    assert [card.id for card in pinned] == [both.pk, reply.pk]
    assert [card.id for card in below.items] == [both.pk]
    Block.objects.create(blocker=alice, blocked=bob)
    assert profile_front(bob.pk, profile_for(bob.pk, "alice"), Cursor()) == ([], Slice([]))


def test_quoted_tweet_stands_above_its_quotes_also_when_its_author_is_muted(
    alice: User, bob: User, charlie: User
) -> None:
    tweet = make_tweet(bob, "quoted")
    own = make_tweet(bob, "by the muted", quote_of=tweet)
    quote = make_tweet(charlie, "by another", quote_of=tweet)
    Mute.objects.create(muter=alice, muted=bob)
    card, quotes = tweet_and_quotes(alice.pk, tweet, Cursor())
    assert card is not None
    assert (card.id, [one.id for one in quotes.items]) == (tweet.pk, [quote.pk])
    assert [one.id for one in tweet_and_quotes(None, tweet, Cursor())[1].items] == [quote.pk, own.pk]
