"""Brings home timelines in line with many tweets at once: those of authors whom few follow.

What `fanout` does for one tweet in several statements and calls is done here for all, each step once.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.utils import timezone

from tweets.queries.timelines import TweetState, followers_of_all, recipients_of_all, tweet_states
from tweets.timelines import fanout, store
from tweets.timelines.pushes import Push
from twitterclone.lib.realtime import tell_users_all

MOST = 10_000  # deliveries of which everybody's are put together: a tenth of a second

States = dict[int, TweetState]


def settle_all(tweet_ids: Collection[int]) -> set[int]:
    """Does for the tweets what `fanout.settle` does for one; returns those for which that was enough.

    The others are left as they may be, for `settle`: those of authors with more followers than a batch,
    those whose row is gone, and those that came or went meanwhile.
    """
    before = tweet_states(tweet_ids)
    few = min(settings.FANOUT_BATCH, settings.FANOUT_STEP, settings.BIG_AUTHOR_FOLLOWERS - 1)
    brought: set[int] = set()
    for part in _parts({id_: state for id_, state in before.items() if state.followers <= few}):
        brought |= _bring(part, few)
    after = tweet_states(brought)
    return {id_ for id_ in brought if id_ in after and after[id_].is_visible == before[id_].is_visible}


def _parts(states: States) -> Iterator[States]:
    """Of so many followers at most, so that the first have their tweet before the last are asked for."""
    part: States = {}
    size = 0
    for tweet_id, state in states.items():
        if part and size + state.followers > MOST:
            yield part
            part, size = {}, 0
        part[tweet_id] = state
        size += state.followers
    if part:
        yield part


def _bring(states: States, most: int) -> set[int]:
    """To everybody concerned, with a tick once the timelines are right; not those with too many of them."""
    shown = {tweet_id: state.author_id for tweet_id, state in states.items() if state.is_visible}
    gone = {tweet_id: state.author_id for tweet_id, state in states.items() if not state.is_visible}
    since = timezone.now() - timedelta(days=settings.ACTIVE_DAYS)
    added = _with_author(recipients_of_all(shown, since, most + 1), states, most) if shown else {}
    taken = _with_author(followers_of_all(gone, most + 1), states, most) if gone else {}
    if added:
        pushes = [Push(tweet_id, shown[tweet_id], users) for tweet_id, users in added.items()]
        marked = store.push_all(pushes, states[next(iter(added))].tick)
        for state in {states[tweet_id] for tweet_id in added if shown[tweet_id] in marked}:
            fanout.no_longer_big(state)
    for tweet_id, users in taken.items():
        store.remove(users, [tweet_id])
    tell_users_all(
        (users, {"type": kind, "id": str(tweet_id)})
        for kind, people in (("timeline.new", added), ("timeline.gone", taken))
        for tweet_id, users in people.items()
    )
    return {*chain(added, taken)}


def _with_author(people: dict[int, list[int]], states: States, most: int) -> dict[int, list[int]]:
    """The author first; without tweets that concern more people than was believed."""
    return {
        tweet_id: [states[tweet_id].author_id, *users]
        for tweet_id, users in people.items()
        if len(users) <= most
    }
