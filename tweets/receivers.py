"""Events that change home timelines and the cards in them.

Each may be handled twice, in any order: what SQL says now counts.
"""

from collections.abc import Sequence
from typing import Any

from tweets.timelines import cards, fanout, freshness, rebuild, together
from twitterclone.lib import outbox
from twitterclone.lib.outbox_handling import Told


@outbox.consumer("tweet.posted", name="timelines", volatile=True)
def on_tweet_posted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    fanout.settle(tweet_id, author_id)


@outbox.consumer("tweet.deleted", name="timelines", volatile=True)
def on_tweet_deleted(*, tweet_id: int, author_id: int | None = None, **_: Any) -> None:
    cards.forget(tweets=[tweet_id])
    fanout.settle(tweet_id, author_id)


@outbox.together("tweet.posted", "tweet.deleted", name="timelines")
def on_tweets_changed(told: Sequence[Told]) -> list[bool]:
    """Those of authors with few followers, which are nearly all, each step once for all of them."""
    gone = [payload["tweet_id"] for event, payload in told if event == "tweet.deleted"]
    if gone:
        cards.forget(tweets=gone)
    settled = together.settle_all({payload["tweet_id"] for _, payload in told})
    return [payload["tweet_id"] in settled for _, payload in told]


@outbox.consumer("fanout.continued", name="timelines", volatile=True, bulk=True)
def on_fanout_continued(*, tweet_id: int, author_id: int, walk: int, after: int, **_: Any) -> None:
    fanout.settle(tweet_id, author_id, fanout.Part(after, walk))


@outbox.consumer("user.followed", name="timelines", volatile=True)
@outbox.consumer("user.unfollowed", name="timelines", volatile=True)
@outbox.consumer("follow.accepted", name="timelines", volatile=True)
def on_follow_changed(*, follower_id: int, following_id: int, **_: Any) -> None:
    cards.forget(barred=[follower_id, following_id])
    rebuild.forget([follower_id])


@outbox.consumer("user.blocked", name="timelines", volatile=True)
def on_user_blocked(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    """A block ends the follows both ways."""
    cards.forget(barred=[blocker_id, blocked_id])
    rebuild.forget([blocker_id, blocked_id])


@outbox.consumer("user.unblocked", name="timelines", volatile=True)
def on_user_unblocked(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    cards.forget(barred=[blocker_id, blocked_id])


@outbox.consumer("user.muted", name="timelines", volatile=True)
@outbox.consumer("user.unmuted", name="timelines", volatile=True)
def on_mute_changed(*, muter_id: int, **_: Any) -> None:
    cards.forget(barred=[muter_id])


@outbox.consumer("user.changed", name="timelines", volatile=True)
def on_user_changed(*, user_id: int, **_: Any) -> None:
    cards.forget(people=[user_id])


@outbox.promptly("tweet.deleted")
def at_tweet_deleted(*, tweet_id: int, **_: Any) -> None:
    freshness.forget(tweets=[tweet_id])


@outbox.promptly("user.followed")
@outbox.promptly("user.unfollowed")
@outbox.promptly("follow.accepted")
def at_follow_changed(*, follower_id: int, following_id: int, **_: Any) -> None:
    """Either may now see, or answer, what they could not, and the other way about."""
    freshness.forget(barred=[follower_id, following_id])


@outbox.promptly("follow.requested")
@outbox.promptly("follow.withdrawn")
def at_request_changed(*, follower_id: int, **_: Any) -> None:
    """Who was asked is suggested no more; were this lost, for a minute at most."""
    freshness.forget(barred=[follower_id])


@outbox.promptly("suggestion.dismissed")
@outbox.promptly("suggestion.restored")
def at_suggestion_changed(*, user_id: int, **_: Any) -> None:
    freshness.forget(barred=[user_id])


@outbox.promptly("user.blocked")
@outbox.promptly("user.unblocked")
def at_block_changed(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    freshness.forget(barred=[blocker_id, blocked_id])


@outbox.promptly("user.muted")
@outbox.promptly("user.unmuted")
def at_mute_changed(*, muter_id: int, **_: Any) -> None:
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
