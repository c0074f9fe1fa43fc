"""Likes of one tweet by many at once: what counting them takes from the rate of the rows alone."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction

from accounts.models import User
from tweets.models import CounterDelta, Like, Tweet
from tweets.services.engagement import like_tweet
from tweets.tasks import roll_up_counters
from twitterclone.bench.goals import GOALS, compared
from twitterclone.bench.measure import Rounds
from twitterclone.bench.registry import case
from twitterclone.bench.rows import Row
from twitterclone.bench.stage import Bench
from twitterclone.lib.ids import next_id

HANDS = 4  # connections at the same time
EVERY = 1.0  # seconds between two roll-ups, as beat has it
LIKES = 200  # in a round, times the effort: some seconds, so that several roll-ups fall into it
_ROW = "INSERT INTO likes (id, created_at, user_id, tweet_id) VALUES (%s, now(), %s, %s)"

Press = Callable[[User, Tweet], object]


@case("likes")
def likes(bench: Bench) -> Iterator[Row]:
    """A hot tweet's likes against like rows alone; steps waiting to be rolled up must not grow."""
    fans = list(User.objects.filter(pk__in=bench.cast.crowd[: LIKES * bench.size.effort]))
    rounds, waiting = Rounds(), []
    with bench.unheard():
        for _round in range(bench.size.rounds):
            rounds.add("rows", _rate(bench, fans, _row_alone))
            with _RollUps() as roll_ups:
                rounds.add(
                    "likes", _rate(bench, fans, lambda user, tweet: like_tweet(user=user, tweet=tweet))
                )
            waiting.append(roll_ups.growth())
    yield compared("likes-rate", rounds, "likes", "rows", f"like rows alone, {HANDS} connections")
    late, early = (sorted(found)[len(found) // 2] for found in zip(*waiting, strict=True))
    yield Row(
        GOALS["likes-pending"], late, "most steps seen in the first half", early,
        late / early if early else (late if late else 1.0),
    )  # fmt: skip


def _row_alone(user: User, tweet: Tweet) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROW, [next_id(), user.pk, tweet.pk])


def _rate(bench: Bench, fans: Sequence[User], press: Press) -> float:
    """Likes a second of a new tweet, each by another person."""
    tweet = Tweet.objects.get(pk=bench.post(bench.cast.near(0)))

    def hand(number: int) -> None:
        try:
            for fan in fans[number::HANDS]:
                press(fan, tweet)
        finally:
            connection.close()

    hands = [threading.Thread(target=hand, args=(number,)) for number in range(HANDS)]
    begun = time.perf_counter()
    for thread in hands:
        thread.start()
    for thread in hands:
        thread.join()
    taken = time.perf_counter() - begun
    if (count := Like.objects.filter(tweet=tweet).count()) != len(fans):
        raise RuntimeError(f"{count} likes were kept of {len(fans)}")
    return len(fans) / taken


class _RollUps:
    """What beat and a worker do each second, in a thread; notes how many steps wait before each time."""

    def __init__(self) -> None:
        self._waiting: list[int] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "_RollUps":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def growth(self) -> tuple[float, float]:
        """The most steps that waited in the last and in the first half of the time."""
        half = (len(self._waiting) + 1) // 2
        return float(max(self._waiting[half:], default=0)), float(max(self._waiting[:half], default=0))

    def _run(self) -> None:
        try:
            while not self._end.wait(EVERY):
                self._waiting.append(CounterDelta.objects.count())
                roll_up_counters()
        finally:
            connection.close()
