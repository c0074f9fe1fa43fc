"""Brings home timelines in line with a tweet that was posted or taken back.

Of an author with many followers each step does a bounded part and leaves the rest to an event, which goes
to the end of a queue of its own: nobody's tweets wait for a crowd's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tweets.queries.timelines import TweetState, follower_batches, recipients, tweet_state
from tweets.timelines import store
from twitterclone.lib import outbox
from twitterclone.lib.breaker import Breaker
from twitterclone.lib.realtime import tell_users
from twitterclone.lib.redis import FAILURES

ROUNDS = 5
# an author around the threshold does not go back and forth with each follower: until clearly below it the
# mark stays, and tweets that are pushed meanwhile are merged like the others
STILL_BIG = 0.8

_breaker = Breaker(FAILURES)


class Unsettled(RuntimeError):
    """The tweet came and went each time it was looked at; the event is handled again later."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which followers a step is for: those after this id; None is the author, and the followers if few.

    `walk` is the name of the steps that belong together, so that none of them is sent for twice.
    """

    after: int | None = None
    walk: int = 0


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class _Group:
    """People to bring the tweet to, found among `size` followers up to the id `last`."""

    users: list[int]
    last: int
    size: int


def show_author(author_id: int, tweet_id: int) -> None:
    """Puts what somebody just wrote into their own home, so that the next page they open has it.

    The event does the same a moment later, and alone while Redis does not answer. Whatever their timeline
    was built from knew the tweet or not: nobody stops following themselves.
    """
    _breaker.call(lambda: store.push([author_id], tweet_id, store.ALWAYS))


def settle(tweet_id: int, author_id: int | None = None, part: Part = WHOLE) -> None:
    """Puts the tweet into the timelines it belongs into, or takes it out of all, whichever SQL says now.

    Looks again afterwards: a tweet deleted while it was pushed is taken out by whoever sees it last, so
    the order in which events are handled does not matter. `author_id` serves when the row is gone.
    """
    for _round in range(ROUNDS):
        before = tweet_state(tweet_id, author_id)
        if before is None:
            return
        rest = _deliver(tweet_id, before, part.after)
        after = tweet_state(tweet_id, before.author_id)
        if after is not None and after.is_visible == before.is_visible:
            if rest is not None:
                _go_on(tweet_id, before.author_id, Part(rest, part.walk or store.tick()))
            return
    raise Unsettled(tweet_id)


def _go_on(tweet_id: int, author_id: int, part: Part) -> None:
    """A step that is repeated after Redis lost its writes does not begin a second row of steps."""
    outbox.emit_once(
        f"{part.walk} {part.after}",
        "fanout.continued",
        tweet_id=tweet_id,
        author_id=author_id,
        walk=part.walk,
        after=part.after,
    )


def _deliver(tweet_id: int, state: TweetState, after: int | None) -> int | None:
    """To the author when the step is the first, and to followers after this id; the last if more are left."""
    if after is None and state.followers > settings.FANOUT_STEP:
        _bring([state.author_id], tweet_id, state)
        return 0
    first, done = [state.author_id] if after is None else [], 0
    for group in _groups(tweet_id, state, after or 0):
        if done >= settings.FANOUT_STEP:
            return after
        _bring(first + group.users, tweet_id, state)
        first, after, done = [], group.last, done + group.size
    if first:
        _bring(first, tweet_id, state)
    return None


def _groups(tweet_id: int, state: TweetState, after: int) -> Iterator[_Group]:
    """Each is read from SQL when it is asked for, so after the tick of the state.

    A tweet is taken from every follower, whatever it was: they are more than the recipients, never fewer.
    """
    active_since = timezone.now() - timedelta(days=settings.ACTIVE_DAYS)
    size, author_id = settings.FANOUT_BATCH, state.author_id
    if state.is_visible and not after and state.followers <= size:
        users = recipients(tweet_id, author_id, active_since, limit=size + 1)
        if len(users) <= size:
            yield _Group(users, 0, len(users))
            return
    for followers in follower_batches(author_id, size, after):
        users = followers
        if state.is_visible:
            users = recipients(tweet_id, author_id, active_since, among=followers)
        yield _Group(users, followers[-1], len(followers))


def _bring(users: list[int], tweet_id: int, state: TweetState) -> None:
    """The tick only after the timelines are right: the page fetches as soon as it hears."""
    if not state.is_visible:
        store.remove(users, [tweet_id])
    elif state.followers >= settings.BIG_AUTHOR_FOLLOWERS:
        store.mark_big(state.author_id)
        if state.author_id in users:  # who does not follow themselves, so nothing is merged
            store.push([state.author_id], tweet_id, state.tick)
    elif store.push(users, tweet_id, state.tick, state.author_id):
        no_longer_big(state)
    tell_users(users, {"type": "timeline.new" if state.is_visible else "timeline.gone", "id": str(tweet_id)})


def no_longer_big(state: TweetState) -> None:
    """Followers' timelines lack what was not pushed; once the author is clearly small they are built anew."""
    if state.followers < settings.BIG_AUTHOR_FOLLOWERS * STILL_BIG:
        store.unmark_big(state.author_id, follower_batches(state.author_id, settings.FANOUT_BATCH))
