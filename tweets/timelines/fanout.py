"""Brings home timelines in line with a tweet that was posted or taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from tweets.models import Tweet
from tweets.queries.timelines import follower_batches, recipient_batches
from tweets.timelines import store
from twitterclone.lib.breaker import Breaker
from twitterclone.lib.realtime import tell_users

ROUNDS = 5
# an author around the threshold does not go back and forth with each follower
STILL_BIG = 0.8

_breaker = Breaker((RedisError, OSError))


class Unsettled(RuntimeError):
    """The tweet came and went each time it was looked at; the event is handled again later."""


@dataclass(frozen=True, slots=True)
class _State:
    author_id: int
    is_visible: bool
    followers: int


def show_author(author_id: int, tweet_id: int) -> None:
    """Puts what somebody just wrote into their own home, so that the next page they open has it.

    The event does the same a moment later, and alone while Redis does not answer.
    """
    _breaker.call(lambda: store.push([author_id], tweet_id, store.tick()))


def settle(tweet_id: int, author_id: int | None = None) -> None:
    """Puts the tweet into the timelines it belongs into, or takes it out of all, whichever SQL says now.

    Looks again afterwards: a tweet deleted while it was pushed is taken out by whoever sees it last, so
    the order in which events are handled does not matter. `author_id` serves when the row is gone.
    """
    for _round in range(ROUNDS):
        before = _state(tweet_id, author_id)
        if before is None:
            return
        if before.is_visible:
            _push(tweet_id, before)
        else:
            _retract(tweet_id, before.author_id)
        after = _state(tweet_id, before.author_id)
        if after is not None and after.is_visible == before.is_visible:
            return
    raise Unsettled(tweet_id)


def _state(tweet_id: int, author_id: int | None) -> _State | None:
    row = (
        Tweet.objects.filter(pk=tweet_id)
        .values_list("author_id", "deleted_at", "hidden_at", "author__followers_count")
        .first()
    )
    if row is None:
        return None if author_id is None else _State(author_id, is_visible=False, followers=0)
    author, deleted_at, hidden_at, followers = row
    return _State(author, is_visible=deleted_at is None and hidden_at is None, followers=followers)


def _push(tweet_id: int, state: _State) -> None:
    """The author first, so that their own pages are right at once, then the others batch by batch."""
    is_big = _is_big(state)
    seen = store.push([state.author_id], tweet_id, store.tick())
    _tell([state.author_id], "timeline.new", tweet_id)
    active_since = timezone.now() - timedelta(days=settings.ACTIVE_DAYS)
    # each batch is read from SQL when it is asked for, so after the tick that its push names
    for batch in recipient_batches(tweet_id, state.author_id, settings.FANOUT_BATCH, active_since):
        if not is_big:
            seen = store.push(batch, tweet_id, seen)
        _tell(batch, "timeline.new", tweet_id)


def _retract(tweet_id: int, author_id: int) -> None:
    """From every follower, whatever the tweet was: they are more than the recipients, never fewer."""
    for batch in chain([[author_id]], follower_batches(author_id, settings.FANOUT_BATCH)):
        store.remove(batch, [tweet_id])
        _tell(batch, "timeline.gone", tweet_id)


def _is_big(state: _State) -> bool:
    """Whether readers merge the author's tweets, so that they are not pushed; keeps the mark they go by."""
    threshold = settings.BIG_AUTHOR_FOLLOWERS
    if state.followers < threshold:
        if not store.is_marked_big(state.author_id):
            return False
        if state.followers < threshold * STILL_BIG:
            # the followers' timelines lack what was not pushed: they are built anew
            store.unmark_big(state.author_id, follower_batches(state.author_id, settings.FANOUT_BATCH))
            return False
    store.mark_big(state.author_id)
    return True


def _tell(user_ids: Iterable[int], event: str, tweet_id: int) -> None:
    """Only after the timelines are right: the page fetches as soon as it hears."""
    tell_users(user_ids, {"type": event, "id": str(tweet_id)})
