"""Feeds as programs ask for them: of one account, of everybody or of a hashtag, with conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from social.queries import relation_between
from tweets.models import Audience, Hashtag, Tweet, TweetHashtag, TweetMedia
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.feeds import newest_ids
from tweets.queries.filling import filled_slice
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.text import hashtag_key


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a feed is narrowed to. Hashtags are as typed; a tweet bears one of `any_of`, all of `all_of`."""

    only_media: bool = False
    without_replies: bool = False
    without_retweets: bool = False
    any_of: Sequence[str] = ()
    all_of: Sequence[str] = ()
    none_of: Sequence[str] = ()


def author_page(
    viewer_id: int | None, author_id: int, conditions: Conditions, cursor: Cursor
) -> Slice[TweetCard]:
    """What an account wrote and passed on, newest first; empty where the viewer may not read it.

    NotVisible when there is no such account, or it is closed or suspended.
    """
    author = User.objects.reachable().filter(pk=author_id).only("id", "is_private").first()
    if author is None:
        raise NotVisible
    relation = relation_between(viewer_id, author_id)
    is_closed = relation.is_blocked or (author.is_private and not relation.following)
    if is_closed and viewer_id != author_id:
        return Slice([])
    tweets = Tweet.objects.visible().filter(author_id=author_id)
    return _page(viewer_id, _narrowed(tweets, conditions), cursor)


def everyones_page(viewer_id: int | None, conditions: Conditions, cursor: Cursor) -> Slice[TweetCard]:
    """Everyone's public tweets, newest first, without replies and retweets."""
    tweets = Tweet.objects.visible().filter(
        audience=Audience.PUBLIC, in_reply_to=None, retweet_of=None, author__is_private=False
    )
    return _page(viewer_id, _narrowed(tweets, conditions), cursor, hide_muted=True)


def tagged_page(viewer_id: int | None, name: str, conditions: Conditions, cursor: Cursor) -> Slice[TweetCard]:
    """What bears a hashtag, or one of `any_of`, newest first, narrowed by the other conditions."""
    keys = [hashtag_key(one) for one in (name, *conditions.any_of)]
    tags = list(Hashtag.objects.filter(name__in=keys).values_list("pk", flat=True))
    narrowing = Tweet.objects.filter(pk=OuterRef("tweet_id"), created_at=OuterRef("tweet_created_at"))
    links = TweetHashtag.objects.filter(hashtag_id__in=tags)
    rest = Conditions(conditions.only_media, all_of=conditions.all_of, none_of=conditions.none_of)
    if rest != Conditions():
        links = links.filter(Exists(_narrowed(narrowing, rest)))

    def ids(part: Cursor) -> list[int]:
        found = links.filter(**_bounds(part)).values_list("tweet_id", flat=True).distinct()
        order = "tweet_id" if part.nearest else "-tweet_id"
        return sorted(found.order_by(order)[: part.limit], reverse=True)

    return filled_slice(cursor, ids, lambda found: cards_for(viewer_id, found, hide_muted=True))


def _bounds(cursor: Cursor) -> dict[str, int]:
    bounds = {"tweet_id__lt": cursor.before, "tweet_id__gt": cursor.after}
    return {name: value for name, value in bounds.items() if value is not None}


def _narrowed(tweets: QuerySet[Tweet], conditions: Conditions) -> QuerySet[Tweet]:
    of_tweet = {"tweet_id": OuterRef("pk"), "tweet_created_at": OuterRef("created_at")}
    if conditions.only_media:
        tweets = tweets.filter(Exists(TweetMedia.objects.filter(**of_tweet)), retweet_of=None)
    if conditions.without_replies:
        # a thread goes on with replies to oneself
        tweets = tweets.filter(Q(in_reply_to=None) | Q(in_reply_to_user_id=F("author_id")))
    if conditions.without_retweets:
        tweets = tweets.filter(retweet_of=None)
    for name in conditions.all_of:
        tweets = tweets.filter(Exists(TweetHashtag.objects.filter(**of_tweet, **_named(name))))
    for name in conditions.none_of:
        tweets = tweets.filter(~Exists(TweetHashtag.objects.filter(**of_tweet, **_named(name))))
    return tweets


def _named(name: str) -> dict[str, str]:
    return {"hashtag__name": hashtag_key(name)}


def _page(
    viewer_id: int | None, tweets: QuerySet[Tweet], cursor: Cursor, *, hide_muted: bool = False
) -> Slice[TweetCard]:
    return filled_slice(
        cursor,
        lambda part: newest_ids(tweets, part),
        lambda found: cards_for(viewer_id, found, hide_muted=hide_muted),
    )
