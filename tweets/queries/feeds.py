"""Feeds that are read from PostgreSQL alone: a person's tweets, a hashtag's, everyone's.

Each is one query ordered by time: the months are visited newest first, and those after the page is full
are never opened.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tweets.models import Audience, Hashtag, Tweet, TweetHashtag, TweetMedia
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.filling import filled_slice
from tweets.queries.profiles import Profile
from twitterclone.lib.ids import latest_moment
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.text import hashtag_key


def public_page(viewer_id: int | None, cursor: Cursor) -> Slice[TweetCard]:
    """Everyone's public tweets, newest first, without replies and retweets."""
    tweets = Tweet.objects.visible().filter(
        audience=Audience.PUBLIC, in_reply_to=None, retweet_of=None, author__is_private=False
    )
    return _page(viewer_id, tweets, cursor, hide_muted=True)


def profile_page(viewer_id: int | None, profile: Profile, tab: str, cursor: Cursor) -> Slice[TweetCard]:
    """What a person wrote and passed on, or by tab their replies, or what has pictures; empty when closed."""
    if not profile.is_open:
        return Slice([])
    return _page(viewer_id, tweets_of(viewer_id, profile, tab), cursor)


def tweets_of(viewer_id: int | None, profile: Profile, tab: str) -> QuerySet[Tweet]:
    """What a tab of a profile is made of, in no order; for its owner with what moderators hid."""
    there = Tweet.objects.filter(deleted_at=None) if viewer_id == profile.id else Tweet.objects.visible()
    tweets = there.filter(author_id=profile.id)
    if tab == "replies":
        return tweets.filter(in_reply_to__isnull=False)
    if tab == "media":
        pictures = TweetMedia.objects.filter(tweet_id=OuterRef("pk"), tweet_created_at=OuterRef("created_at"))
        return tweets.filter(Exists(pictures), retweet_of=None)
    # a thread goes on with replies to oneself: they belong to what one says
    return tweets.filter(Q(in_reply_to=None) | Q(in_reply_to_user_id=F("author_id")))


def hashtag_page(viewer_id: int | None, name: str, cursor: Cursor) -> tuple[str, Slice[TweetCard]]:
    """A hashtag as it is written, and the tweets that bear it, newest first.

    Where there is nothing to see it is written as it was asked for, as one that nobody used.
    """
    hashtag = Hashtag.objects.filter(name=hashtag_key(name)).first()
    if hashtag is None:
        return name, Slice([])

    def ids(part: Cursor) -> list[int]:
        links = TweetHashtag.objects.filter(hashtag=hashtag).order_by("-tweet_id")
        if part.before is not None:
            links = links.filter(tweet_id__lt=part.before)
        return list(links.values_list("tweet_id", flat=True)[: part.limit])

    slice_ = filled_slice(cursor, ids, lambda found: cards_for(viewer_id, found, hide_muted=True))
    return hashtag.display if slice_.items else name, slice_


def _page(
    viewer_id: int | None, tweets: QuerySet[Tweet], cursor: Cursor, *, hide_muted: bool = False
) -> Slice[TweetCard]:
    return filled_slice(
        cursor,
        lambda part: newest_ids(tweets, part),
        lambda found: cards_for(viewer_id, found, hide_muted=hide_muted),
    )


def newest_ids(tweets: QuerySet[Tweet], cursor: Cursor) -> list[int]:
    """The newest ids of these tweets between the cursor's bounds; with `nearest` the lowest ones."""
    if cursor.before is not None:
        tweets = tweets.filter(pk__lt=cursor.before)
    else:
        tweets = tweets.filter(created_at__lte=latest_moment())
    if cursor.after is not None:
        tweets = tweets.filter(pk__gt=cursor.after)
    if cursor.nearest:
        lowest = tweets.order_by("created_at", "id").values_list("pk", flat=True)[: cursor.limit]
        return list(lowest)[::-1]
    return list(tweets.order_by("-created_at", "-id").values_list("pk", flat=True)[: cursor.limit])
