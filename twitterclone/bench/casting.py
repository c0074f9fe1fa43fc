"""Makes the world step by step, so that it can be looked at while it grows, and the cast beside it."""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from django.db.models import F

from accounts.models import User, default_privacy_settings
from tweets.models import Tweet
from twitterclone.bench.stage import Bench
from twitterclone.lib.ids import SHIFT
from twitterclone.seeding.ids import Stamps, free_node, ms_text
from twitterclone.seeding.load import analyze, copy_rows
from twitterclone.seeding.plan import Size as Seeding
from twitterclone.seeding.rows import line
from twitterclone.seeding.run import seed

ORDINARY, EACH = 20, 100  # authors with a hundred followers: the mean of the peers' data set
Look = Callable[[str], None]


def build(bench: Bench, look: Look | None = None) -> None:
    """Seeds the world, then adds the crowd; with `look`, which is called after each, in steps."""
    size, cast = bench.size, bench.cast
    first = min(size.crowd, 600)
    cast.crowd += _people(first)
    for number in (follower for follower in size.followers if follower <= first):
        cast.authors[number] = _author(bench, cast.crowd[:number])
    for step, part in enumerate(size.parts if look else (1.0,)):
        users = size.users if step == 0 else max(size.users // 20, 2)
        seed(Seeding(users=users, tweets=int(size.tweets * part), seed=step + 1, told=0), bench.progress)
        if step == 0:
            _readers(bench, is_last=False)
        _look(look, "tweets")
    for part in size.parts if look else (1.0,):
        cast.crowd += _people(int((size.crowd - first) * part))
        _look(look, "users")
    cast.crowd += _people(max(0, max(size.followers) - len(cast.crowd)))
    for number in size.followers:
        if number not in cast.authors:
            cast.authors[number] = _author(bench, cast.crowd[:number])
    each = min(EACH, len(cast.crowd) // ORDINARY)
    cast.ordinary += [_author(bench, cast.crowd[n * each : (n + 1) * each]) for n in range(ORDINARY)]
    _readers(bench, is_last=True)
    analyze(["users", "follows"])


def fill(bench: Bench) -> None:
    """Makes the crowd's timelines ready: the first ones full, the others shorter."""
    size, crowd = bench.size, bench.cast.crowd
    bench.progress.step("Filling the crowd's timelines")
    bench.warm(crowd[: size.timelines], size.entries)
    if rest := crowd[size.timelines : max(size.followers)]:
        bench.warm(rest, size.crowd_entries)


def counts() -> tuple[int, int]:
    """How many users and tweets there are."""
    return User.objects.count(), Tweet.objects.count()


def _look(look: Look | None, axis: str) -> None:
    if look:
        look(axis)


def _readers(bench: Bench, *, is_last: bool) -> None:
    """Readers by how many they follow: seeded people, and at last the crowd where these are not enough."""
    cast, chosen = bench.cast, random.Random(1)
    known = list(
        User.objects.filter(suspended_at=None, deactivated_at=None, tweets_count__gt=0)
        .exclude(privacy_settings__is_private=True)
        .order_by("id")
        .values_list("id", flat=True)
    )
    for number in bench.size.followees:
        if number in cast.readers or (number > len(known) and not is_last):
            continue
        followed = chosen.sample(known, min(number, len(known)))
        followed += cast.crowd[: number - len(followed)]
        reader = User.objects.get(pk=_people(1)[0])
        _follow((reader.pk, other) for other in followed)
        cast.readers[number] = reader


def _author(bench: Bench, followers: list[int]) -> User:
    identifier = _people(1)[0]
    _follow((follower, identifier) for follower in followers)
    User.objects.filter(pk=identifier).update(followers_count=F("followers_count") + len(followers))
    return User.objects.get(pk=identifier)


def _people(number: int) -> list[int]:
    """So many users who are active and say nothing; ids that ascend."""
    if number <= 0:
        return []
    moment = time.time_ns() // 1_000_000
    ids = [_stamps().take(moment) for _ in range(number)]
    copy_rows("users", map(_user_line, ids))
    return ids


@cache
def _stamps() -> Stamps:
    """One for the run: its ids ascend, and the seeder takes another node."""
    return Stamps(free_node())


def _user_line(identifier: int) -> str:
    moment, name = ms_text(identifier >> SHIFT), f"b{_base36(identifier)}"
    names = (name, name, f"{name}@bench.invalid", "One of many")
    profile = ("", "", "", "", "", "en", json.dumps(default_privacy_settings()))
    times = (None, None, moment, moment, moment)
    return line(identifier, moment, "!", "f", *names, *profile, "t", "f", *times, 0, 0, 0)


def _base36(number: int) -> str:
    # digits and letters without those that usernames fold into one another
    letters = "23456789abcdefghjkmnpqrstuvwxyz"
    text = ""
    while number:
        number, place = divmod(number, len(letters))
        text += letters[place]
    return text


def _follow(pairs: Iterable[tuple[int, int]]) -> None:
    copy_rows("follows", _follow_lines(pairs))


def _follow_lines(pairs: Iterable[tuple[int, int]]) -> Iterator[str]:
    moment = time.time_ns() // 1_000_000
    for follower, following in pairs:
        identifier = _stamps().take(moment)
        yield line(identifier, ms_text(identifier >> SHIFT), follower, following, "t", "f")
