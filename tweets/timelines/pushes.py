"""Deliveries put together for the script: people who get the same tweets are named once, with all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tweets.timelines.buckets import dealt
from twitterclone.lib.ids import ms_of

USER_DIGITS = 19
MOST_TOGETHER = 20  # tweets of one command


class Push(NamedTuple):
    """A tweet, and whom to bring it to."""

    tweet_id: int
    author_id: int
    user_ids: Sequence[int]


def packed(pushes: Sequence[Push], most: int) -> Iterator[tuple[int, list[str | int]]]:
    """Buckets, and arguments of a call for each: not more than `most` deliveries of one call.

    The arguments are groups: whom it concerns in one text, how many tweets, of each ms and id, oldest first.
    """
    open_calls: dict[int, tuple[list[str | int], int]] = {}
    for tweet_ids, user_ids in _groups(pushes):
        tweets = [part for tweet_id in tweet_ids for part in (f"{ms_of(tweet_id):015d}", tweet_id)]
        for bucket, text in dealt(user_ids):
            for users in _pieces(text, max(1, most // len(tweet_ids)) * USER_DIGITS):
                arguments, size = open_calls.get(bucket, ([], 0))
                deliveries = len(users) // USER_DIGITS * len(tweet_ids)
                if arguments and size + deliveries > most:
                    yield bucket, arguments
                    arguments, size = [], 0
                arguments += (users, len(tweet_ids), *tweets)
                open_calls[bucket] = arguments, size + deliveries
    yield from ((bucket, arguments) for bucket, (arguments, _) in open_calls.items() if arguments)


def _groups(pushes: Sequence[Push]) -> Iterator[tuple[Sequence[int], Iterable[int]]]:
    """Tweets, and the people all of them are for; everybody's tweets oldest first."""
    if len(pushes) == 1:
        yield [pushes[0].tweet_id], pushes[0].user_ids
        return
    tweets: dict[int, list[int]] = defaultdict(list)
    for tweet_id, _, user_ids in sorted(pushes):
        for user_id in user_ids:
            tweets[user_id].append(tweet_id)
    people: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for user_id, tweet_ids in tweets.items():
        people[tuple(tweet_ids)].append(user_id)
    for together, concerned in people.items():
        for first in range(0, len(together), MOST_TOGETHER):
            yield together[first : first + MOST_TOGETHER], concerned


def _pieces(text: str, length: int) -> Iterator[str]:
    for first in range(0, len(text), length):
        yield text[first : first + length]
