"""Tweets by what people did with them: bookmarked, liked, pinned, quoted; and who did it.

Bookmarks and likes are ordered by when they were made, so their cards' `entry_id`, by which the page goes
on, is the row's and not the tweet's.
"""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from social.queries import PersonRow, people_page
from tweets.models import Bookmark, Like, PinnedTweet, Retweet, Tweet
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.feeds import newest_ids, tweets_of
from tweets.queries.filling import filled_slice, slice_below
from tweets.queries.profiles import Profile
from twitterclone.lib.pagination import Cursor, Slice


def bookmarks_page(user_id: int, cursor: Cursor) -> Slice[TweetCard]:
    """What the user keeps for later, without what they may no longer see."""
    return _linked_page(user_id, Bookmark.objects.filter(user_id=user_id), cursor)


def liked_page(user_id: int, cursor: Cursor) -> Slice[TweetCard]:
    """What the user liked, for themselves."""
    return _linked_page(user_id, Like.objects.filter(user_id=user_id), cursor)


def likes_page(viewer_id: int | None, profile: Profile, cursor: Cursor) -> Slice[TweetCard]:
    """What a person liked, of it what the viewer may see; empty when the profile is closed."""
    if not profile.is_open:
        return Slice([])
    return _linked_page(viewer_id, Like.objects.filter(user_id=profile.id), cursor)


def pinned_cards(viewer_id: int | None, profile: Profile) -> list[TweetCard]:
    """What stands on top of a profile, the last pinned first."""
    return cards_for(viewer_id, _pinned_ids(profile)) if profile.is_open else []


def profile_front(
    viewer_id: int | None, profile: Profile, cursor: Cursor
) -> tuple[list[TweetCard], Slice[TweetCard]]:
    """The first thing on a profile: what is pinned, and below it what the person wrote and passed on."""
    if not profile.is_open:
        return [], Slice([])
    tweets = tweets_of(viewer_id, profile, "tweets")
    return slice_below(viewer_id, _pinned_ids(profile), cursor, lambda part: newest_ids(tweets, part))


def quotes_page(viewer_id: int | None, tweet: Tweet, cursor: Cursor) -> Slice[TweetCard]:
    """Who quoted the tweet and what they wrote, newest first."""
    return tweet_and_quotes(viewer_id, tweet, cursor)[1]


def tweet_and_quotes(
    viewer_id: int | None, tweet: Tweet, cursor: Cursor
) -> tuple[TweetCard | None, Slice[TweetCard]]:
    """The tweet, and below it who quoted it and what they wrote, newest first."""
    quotes = Tweet.objects.visible().filter(quote_of=tweet, created_at__gte=tweet.created_at)
    cards, slice_ = slice_below(
        viewer_id, [tweet.pk], cursor, lambda part: newest_ids(quotes, part), hide_muted=True
    )
    return (cards[0] if cards else None), slice_


def liked_by_page(viewer_id: int | None, tweet: Tweet, cursor: Cursor) -> Slice[PersonRow]:
    """Who likes the tweet, the last one first, without people whom a block keeps from the viewer."""
    return people_page(viewer_id, Like.objects.filter(tweet=tweet), "user", cursor)


def retweeted_by_page(viewer_id: int | None, tweet: Tweet, cursor: Cursor) -> Slice[PersonRow]:
    """Who passed the tweet on, the last one first, without people whom a block keeps from the viewer."""
    return people_page(viewer_id, Retweet.objects.filter(tweet=tweet), "user", cursor)


def _pinned_ids(profile: Profile) -> list[int]:
    pins = PinnedTweet.objects.filter(user_id=profile.id).order_by("-id")
    return list(pins.values_list("tweet_id", flat=True))


def _linked_page(viewer_id: int | None, links: QuerySet[Any], cursor: Cursor) -> Slice[TweetCard]:
    tweets: dict[int, int] = {}

    def page(part: Cursor) -> list[int]:
        rows = links.order_by("id" if part.nearest else "-id")
        if part.before is not None:
            rows = rows.filter(id__lt=part.before)
        if part.after is not None:
            rows = rows.filter(id__gt=part.after)
        found = dict(rows.values_list("id", "tweet_id")[: part.limit])
        tweets.update(found)
        return sorted(found, reverse=True)

    def cards(ids: list[int]) -> list[TweetCard]:
        shown = {card.id: card for card in cards_for(viewer_id, [tweets[pk] for pk in ids])}
        return [replace(shown[tweets[pk]], entry_id=pk) for pk in ids if tweets[pk] in shown]

    return filled_slice(cursor, page, cards)
