"""Liking and retweeting. Each is counted once however often it is pressed."""

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, UserCounterDelta
from tweets.models import CounterDelta, Retweet, Tweet
from tweets.queries.access import Pressed, change_pressed, pressed, pressed_tweet_for
from tweets.rules import can_retweet
from tweets.timelines import fanout, freshness
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import Forbidden
from twitterclone.lib.ids import next_id


class MayNotRetweet(Forbidden):
    message = _("This tweet is not for everyone, so it cannot be retweeted.")


# The row, its count and its event in one statement: nobody waits for a popular tweet's row, and a crowd that
# likes it costs the database little more than the rows. What is changed is given, or is what was seen.
_LIKE = """
    changed AS (
        INSERT INTO likes (id, created_at, user_id, tweet_id)
        SELECT %(id)s, now(), %(user)s, tweets_id FROM pressed
        ON CONFLICT (user_id, tweet_id) DO NOTHING RETURNING tweet_id),
    counted AS (
        INSERT INTO tweet_counter_deltas (tweet_id, kind, delta) SELECT tweet_id, 'likes', 1 FROM changed)
"""
_UNLIKE = """
    changed AS (
        DELETE FROM likes WHERE user_id = %(user)s AND tweet_id = (SELECT tweets_id FROM pressed)
        RETURNING tweet_id),
    counted AS (
        INSERT INTO tweet_counter_deltas (tweet_id, kind, delta) SELECT tweet_id, 'likes', -1 FROM changed)
"""
_GIVEN = "WITH pressed AS (SELECT %(tweet)s::bigint AS tweets_id), "
_LINK_RETWEET = """
    INSERT INTO retweets (id, created_at, user_id, tweet_id, retweet_id) VALUES (%s, now(), %s, %s, %s)
    ON CONFLICT (user_id, tweet_id) DO NOTHING
"""


def like_tweet(*, user: User, tweet: Tweet) -> bool:
    """Likes the tweet; False when it was liked already."""
    limits.check("like", user.pk)
    return _change_like(_LIKE, "tweet.liked", user, tweet)


def unlike_tweet(*, user: User, tweet: Tweet) -> bool:
    """Takes the like back; False when there was none."""
    return _change_like(_UNLIKE, "tweet.unliked", user, tweet)


def like_pressed(*, user: User, tweet_id: int) -> Pressed:
    """Looks at the tweet and likes it if the user may see it, in one statement; NotVisible if not."""
    limits.check("like", user.pk)
    return _change_pressed(_LIKE, "tweet.liked", user, tweet_id)


def unlike_pressed(*, user: User, tweet_id: int) -> Pressed:
    """Looks at the tweet and takes the like back in one statement; NotVisible if the user may not see it."""
    return _change_pressed(_UNLIKE, "tweet.unliked", user, tweet_id)


def _change_pressed(sql: str, event: str, user: User, tweet_id: int) -> Pressed:
    user_id, found = user.pk, list[Pressed | None]()

    def look_and_change(change: str, values: dict[str, Any]) -> int:
        found.append(change_pressed(user_id, tweet_id, change, values))
        return bool(found[0] and found[0].has_changed)

    values, told = {"id": next_id(), "user": user_id}, {"tweet_id": tweet_id, "user_id": user_id}
    if outbox.change_and_emit(sql, values, event, run=look_and_change, at_leisure=True, **told):
        freshness.forget_after_commit(counts=[tweet_id], marks=[user_id])
    if found[0] is None:  # not to be seen, or a retweet: what it passes on is found first, then changed
        tweet, figures = pressed_tweet_for(user_id, tweet_id)
        return pressed(tweet, figures, has_changed=_change_like(sql, event, user, tweet))
    return found[0]


def _change_like(sql: str, event: str, user: User, tweet: Tweet) -> bool:
    user_id, tweet_id = user.pk, tweet.pk  # once: the user of a request takes a while to say it
    values = {"id": next_id(), "user": user_id, "tweet": tweet_id}
    changed = outbox.change_and_emit(
        _GIVEN + sql, values, event, at_leisure=True, tweet_id=tweet_id, user_id=user_id
    )
    if changed:
        freshness.forget_after_commit(counts=[tweet_id], marks=[user_id])
    return changed


@transaction.atomic
def retweet(*, user: User, tweet: Tweet) -> bool:
    """Passes the tweet on to one's followers; False when it was already. Refuses what is not public."""
    limits.check("retweet", user.pk)
    if not can_retweet(
        user.pk, author_id=tweet.author_id, author_is_private=tweet.author.is_private, audience=tweet.audience
    ):
        raise MayNotRetweet
    row = Tweet(id=next_id(), author=user, retweet_of=tweet, audience=tweet.audience)
    with connection.cursor() as cursor:
        cursor.execute(_LINK_RETWEET, [next_id(), user.pk, tweet.pk, row.pk])
        if cursor.rowcount == 0:
            return False
    row.save(force_insert=True)
    _count_retweet(user, tweet, 1)
    outbox.emit("tweet.posted", tweet_id=row.pk, author_id=user.pk)
    transaction.on_commit(lambda: fanout.show_author(user.pk, row.pk))
    return True


@transaction.atomic
def undo_retweet(*, user: User, tweet: Tweet) -> bool:
    """Takes the retweet back; False when there was none."""
    link = Retweet.objects.select_for_update().filter(user=user, tweet=tweet).first()
    if link is None:
        return False
    # the row has no words of its own and nothing may point at it, so it leaves no tombstone
    link.delete()
    Tweet.objects.filter(pk=link.retweet_id).delete()
    _count_retweet(user, tweet, -1)
    outbox.emit("tweet.deleted", tweet_id=link.retweet_id, author_id=user.pk)
    outbox.emit("tweet.unretweeted", tweet_id=tweet.pk, user_id=user.pk)
    return True


def _count_retweet(user: User, tweet: Tweet, step: int) -> None:
    CounterDelta.objects.create(tweet_id=tweet.pk, kind=CounterDelta.Kind.RETWEETS, delta=step)
    UserCounterDelta.objects.create(user_id=user.pk, kind=UserCounterDelta.Kind.TWEETS, delta=step)
    freshness.forget_after_commit(counts=[tweet.pk], marks=[user.pk])
