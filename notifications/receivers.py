"""What is told of what happens. Each looks whether the thing is so by now, and tells or takes back."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from notifications import audience, notifiers
from notifications.delivery import tell, withdraw, withdraw_actor, withdraw_group, withdraw_tweets
from notifications.models import Type
from notifications.telling import take_decision_back, tell_decision, tell_everybody, tell_message
from twitterclone.lib import outbox
from twitterclone.lib.outbox_handling import Told
from twitterclone.lib.realtime import tell_users

BATCH = 1000


@outbox.consumer("tweet.liked", name="notify")
@outbox.consumer("tweet.unliked", name="notify")
def on_like_changed(*, tweet_id: int, user_id: int, **_: Any) -> None:
    audience.hold(f"notify:like:{tweet_id}:{user_id}", shared=[audience.tweet_lock(tweet_id)])
    tweet = audience.tweet_alive(tweet_id)
    if tweet is None:
        return
    if audience.is_liked(tweet_id, user_id):
        tell(notifiers.of_like(tweet, user_id))
    else:
        withdraw(Type.LIKE, user_id=tweet.author_id, actor_id=user_id, tweet_id=tweet_id)


@outbox.consumer("tweet.posted", name="notify")
def on_tweet_posted(*, tweet_id: int, **_: Any) -> None:
    """A retweet is a row among the tweets; anything else tells whom it answers, quotes and names."""
    audience.hold(audience.tweet_lock(tweet_id))
    tweet = audience.tweet_alive(tweet_id)
    if tweet is None:
        return
    if tweet.retweet_of_id is not None:
        on_retweet_changed(tweet_id=tweet.retweet_of_id, user_id=tweet.author_id)
        return
    quoted_author = audience.author_of(tweet.quote_of_id) if tweet.quote_of_id else None
    for occasion in notifiers.of_tweet(tweet, quoted_author, audience.mentioned_in(tweet_id)):
        tell(occasion)


@outbox.together("tweet.posted", name="notify")
def on_tweets_posted(told: Sequence[Told]) -> list[bool]:
    """Most tweets concern nobody, which one look tells of all."""
    quiet = audience.concerning_nobody([payload["tweet_id"] for _, payload in told])
    return [payload["tweet_id"] in quiet for _, payload in told]


@outbox.consumer("tweet.unretweeted", name="notify")
def on_retweet_changed(*, tweet_id: int, user_id: int, **_: Any) -> None:
    audience.hold(f"notify:retweet:{tweet_id}:{user_id}", shared=[audience.tweet_lock(tweet_id)])
    tweet = audience.tweet_alive(tweet_id)
    if tweet is None:
        return
    if audience.is_retweeted(tweet_id, user_id):
        tell(notifiers.of_retweet(tweet, user_id))
    else:
        withdraw(Type.RETWEET, user_id=tweet.author_id, actor_id=user_id, tweet_id=tweet_id)


@outbox.consumer("tweet.deleted", name="notify")
def on_tweet_deleted(*, tweet_id: int, **_: Any) -> None:
    _withdraw_gone([tweet_id])


@outbox.together("tweet.deleted", name="notify")
def on_tweets_deleted(told: Sequence[Told]) -> list[bool]:
    """Whoever tells of one of them is waited for, and nobody waits for the other way round: see `hold`."""
    _withdraw_gone(sorted({payload["tweet_id"] for _, payload in told}))
    return [True for _ in told]


def _withdraw_gone(tweet_ids: list[int]) -> None:
    audience.hold(*map(audience.tweet_lock, tweet_ids))
    if gone := audience.tweets_gone(tweet_ids):
        withdraw_tweets(gone)


@outbox.consumer("tweet.hidden", name="notify")
@outbox.consumer("tweet.shown", name="notify")
def on_tweet_hidden(*, tweet_id: int, author_id: int, **_: Any) -> None:
    """The author learns that moderators hid it, and why, for as long as it is hidden."""
    audience.hold(audience.tweet_lock(tweet_id))
    reason = audience.why_hidden(tweet_id)
    if reason is None:
        take_decision_back(author_id, notifiers.hidden_group(tweet_id))
    else:
        tell_decision(Type.HIDDEN, author_id, notifiers.hidden_group(tweet_id), reason, tweet_id)


@outbox.consumer("report.decided", name="notify")
def on_report_decided(*, report_id: int, **_: Any) -> None:
    """Whoever reported learns whether moderators acted, and no more."""
    audience.hold(f"notify:report:{report_id}")
    report = audience.report_decided(report_id)
    if report is not None and report.reporter_id is not None:
        kind = notifiers.DECIDED[report.state]
        tell_decision(kind, report.reporter_id, f"report:{report_id}", str(report.user))


@outbox.consumer("follow.requested", name="notify")
def on_follow_requested(*, follower_id: int, following_id: int, **_: Any) -> None:
    """One that was answered or taken back before this ran is left to the event that says so."""
    audience.hold(f"notify:follow:{follower_id}:{following_id}")
    if audience.is_requested(follower_id, following_id):
        tell(notifiers.of_follow_request(follower_id, following_id))


@outbox.consumer("user.followed", name="notify")
@outbox.consumer("user.unfollowed", name="notify")
@outbox.consumer("follow.withdrawn", name="notify")
def on_follow_changed(*, follower_id: int, following_id: int, **_: Any) -> None:
    audience.hold(f"notify:follow:{follower_id}:{following_id}")
    if audience.is_requested(follower_id, following_id):
        return
    was_asked = withdraw(Type.FOLLOW_REQUEST, user_id=following_id, actor_id=follower_id)
    if audience.is_following(follower_id, following_id):
        tell(notifiers.of_follow(follower_id, following_id), quietly=was_asked)
    else:
        withdraw(Type.FOLLOW, user_id=following_id, actor_id=follower_id)


@outbox.consumer("follow.accepted", name="notify")
def on_follow_accepted(*, follower_id: int, following_id: int, answered: bool = False, **_: Any) -> None:
    """A follow that was asked for is not told again: whoever accepted it knows.

    The line of a request that was `answered` by itself becomes one that says who follows now, read already.
    The page that says that the request waits opens.
    """
    audience.hold(f"notify:follow:{follower_id}:{following_id}")
    if not audience.is_following(follower_id, following_id):
        return
    withdraw(Type.FOLLOW_REQUEST, user_id=following_id, actor_id=follower_id)
    tell(notifiers.of_follow(follower_id, following_id), quietly=True, as_read=answered)
    accepted = {"type": "follow.accepted", "user": str(following_id)}
    transaction.on_commit(partial(tell_users, [follower_id], accepted))


@outbox.consumer("user.blocked", name="notify")
def on_user_blocked(*, blocker_id: int, blocked_id: int, **_: Any) -> None:
    audience.hold(audience.pair_lock(blocker_id, blocked_id))
    if audience.is_blocked(blocker_id, blocked_id):
        withdraw_actor(blocked_id, user_id=blocker_id)
        withdraw_actor(blocker_id, user_id=blocked_id)


@outbox.consumer("user.muted", name="notify")
def on_user_muted(*, muter_id: int, muted_id: int, **_: Any) -> None:
    audience.hold(audience.pair_lock(muter_id, muted_id))
    if audience.is_hidden(muter_id, muted_id):
        withdraw_actor(muted_id, user_id=muter_id)


@outbox.consumer("user.changed", name="notify")
def on_user_changed(*, user_id: int, **_: Any) -> None:
    """Somebody suspended or deactivated vanishes from what others were told."""
    audience.hold(audience.actor_lock(user_id))
    if not User.objects.reachable().filter(pk=user_id).exists():
        withdraw_actor(user_id)


@outbox.consumer("message.sent", name="notify")
def on_message_sent(*, message_id: int, conversation_id: int, **_: Any) -> None:
    """Nobody is told of a request, nor of what they have read by now."""
    audience.hold(audience.conversation_lock(conversation_id))
    message = audience.message_sent(message_id)
    if message is None:
        return
    if waiting := audience.waiting_for(message):
        tell_message(notifiers.of_message(conversation_id, message.sender_id, waiting), waiting)


@outbox.consumer("conversation.read", name="notify")
def on_conversation_read(*, conversation_id: int, user_id: int, **_: Any) -> None:
    """Who has read the messages needs no line that says that there are some."""
    audience.hold(audience.conversation_lock(conversation_id))
    if audience.has_read(conversation_id, user_id):
        withdraw_group(Type.MESSAGE, user_id=user_id, group_key=notifiers.message_group(conversation_id))


@outbox.consumer("poll.ended", name="notify")
def on_poll_ended(*, tweet_id: int, **_: Any) -> None:
    """Who asked is told, and everybody who voted and may still see it."""
    audience.hold(shared=[audience.tweet_lock(tweet_id)])
    tweet = audience.tweet_alive(tweet_id)
    if tweet is None:
        return
    mentioned = audience.mentioned_in(tweet_id)
    tell_everybody(notifiers.of_poll(tweet, [tweet.author_id], mentioned))
    for batch in audience.voters(tweet_id, BATCH):
        tell_everybody(notifiers.of_poll(tweet, batch, mentioned))
