"""Events that change home timelines and the cards in them.

Each may be handled twice, in any order: what SQL says now counts.
"""

from typing import Any

from tweets.timelines import cards, fanout, freshness, rebuild
from twitterclone.lib import outbox


@outbox.consumer("tweet.posted", name="timelines", volatile=True)
def on_tweet_posted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    fanout.settle(tweet_id, author_id)


@outbox.consumer("tweet.deleted", name="timelines", volatile=True)
def on_tweet_deleted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    cards.forget(tweets=[tweet_id])
    fanout.settle(tweet_id, author_id)


@outbox.consumer("fanout.continued", name="timelines", volatile=True, bulk=True)
def on_fanout_continued(*, tweet_id: int, author_id: int, walk: int, after: int, **_: Any) -> None:
    fanout.settle(tweet_id, author_id, fanout.Part(after, walk))


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
    cards.forget(barred=[blocker_id, blocked_id])
    rebuild.forget([blocker_id, blocked_id])


@outbox.consumer("user.muted", name="timelines", volatile=True)
def on_user_muted(*, muter_id: int, **_: Any) -> None:
    cards.forget(barred=[muter_id])


@outbox.consumer("user.changed", name="timelines", volatile=True)
def on_user_changed(*, user_id: int, **_: Any) -> None:
    cards.forget(people=[user_id])


@outbox.promptly("tweet.deleted")
def at_tweet_deleted(*, tweet_id: int, **_: Any) -> None:
    freshness.forget(tweets=[tweet_id])


@outbox.promptly("user.blocked")
def at_user_blocked(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    freshness.forget(barred=[blocker_id, blocked_id])


@outbox.promptly("user.muted")
def at_user_muted(*, muter_id: int, **_: Any) -> None:
    freshness.forget(barred=[muter_id])


@outbox.promptly("user.changed")
def at_user_changed(*, user_id: int, **_: Any) -> None:
    freshness.forget(people=[user_id])


@outbox.consumer("redis.restarted", name="timelines")
def on_redis_restarted(*, keeps_log: bool, **_: Any) -> None:
    """A snapshot may be minutes old and is not to be trusted; with a log only its end is repeated."""
    if not keeps_log:
        rebuild.forget_all()
        cards.forget_all()
