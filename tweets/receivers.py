"""Events that change home timelines. Each may be handled twice, in any order: what SQL says now counts."""

from typing import Any

from tweets.timelines import fanout, rebuild
from twitterclone.lib import outbox


@outbox.consumer("tweet.posted", name="timelines", volatile=True)
def on_tweet_posted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    fanout.settle(tweet_id, author_id)


@outbox.consumer("tweet.deleted", name="timelines", volatile=True)
def on_tweet_deleted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    fanout.settle(tweet_id, author_id)


@outbox.consumer("user.followed", name="timelines", volatile=True)
def on_user_followed(*, follower_id: int, **_: Any) -> None:
    rebuild.forget([follower_id])


@outbox.consumer("user.unfollowed", name="timelines", volatile=True)
def on_user_unfollowed(*, follower_id: int, **_: Any) -> None:
    rebuild.forget([follower_id])


@outbox.consumer("follow.accepted", name="timelines", volatile=True)
def on_follow_accepted(*, follower_id: int, **_: Any) -> None:
    rebuild.forget([follower_id])


@outbox.consumer("user.blocked", name="timelines", volatile=True)
def on_user_blocked(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    """A block ends the follows both ways."""
    rebuild.forget([blocker_id, blocked_id])


@outbox.consumer("redis.restarted", name="timelines")
def on_redis_restarted(*, keeps_log: bool, **_: Any) -> None:
    """A snapshot may be minutes old and is not to be trusted; with a log only its end is repeated."""
    if not keeps_log:
        rebuild.forget_all()
