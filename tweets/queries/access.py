"""The only way to get a tweet for somebody."""

from accounts.models import User
from social.queries import relation_between
from tweets.models import Audience, Mention, Retweet, Tweet
from tweets.rules import can_view
from twitterclone.lib.errors import NotVisible


def tweet_for(viewer_id: int | None, tweet_id: int) -> Tweet:
    """The tweet with its author, if the viewer may see it; of a retweet, the tweet it passes on.

    Raises NotVisible when there is none, it is deleted or not theirs to see. What is hidden, its author sees.
    """
    tweet = _fetch(tweet_id)
    if tweet is not None and tweet.retweet_of_id is not None:
        tweet = _fetch(tweet.retweet_of_id)
    if tweet is None or not tweet.author.is_reachable:
        raise NotVisible
    if not can_view(
        viewer_id,
        tweet,
        author_is_private=tweet.author.is_private,
        relation=relation_between(viewer_id, tweet.author_id),
        is_mentioned=_is_mentioned(viewer_id, tweet),
    ):
        raise NotVisible
    return tweet


def own_tweet_for(user: User, tweet_id: int) -> Tweet:
    """The user's own tweet, retweet rows included; NotVisible for anybody else's."""
    tweet = _fetch(tweet_id)
    if tweet is None or tweet.author_id != user.pk or tweet.deleted_at is not None:
        raise NotVisible
    return tweet


def retweet_id_of(user_id: int, tweet_id: int) -> int:
    """The id of the row by which the user passes this tweet on; NotVisible when they do not."""
    found = Retweet.objects.filter(user_id=user_id, tweet_id=tweet_id).values_list("retweet_id", flat=True)
    for identifier in found:
        return identifier
    raise NotVisible


def _fetch(tweet_id: int) -> Tweet | None:
    # first() would sort what is one row, and compiling that is a good part of asking for it
    found = Tweet.objects.select_related("author").defer("search").filter(pk=tweet_id)
    return next(iter(found), None)


def _is_mentioned(viewer_id: int | None, tweet: Tweet) -> bool:
    open_to_all = tweet.audience == Audience.PUBLIC and not tweet.author.is_private
    if viewer_id is None or open_to_all:
        return False
    return Mention.objects.filter(user_id=viewer_id, tweet_id=tweet.pk).exists()
