"""Timelines in Redis: what is pushed where, what is trimmed, what a page holds."""

import random
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tweets.timelines import store
from tweets.timelines.buckets import timeline_key
from tweets.timelines.pushes import Push, packed
from twitterclone.lib.ids import SHIFT
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.redis import client, key
from twitterclone.tests.valkey import OwnValkey

pytestmark = pytest.mark.django_db

MS = 1_790_000_000_000
VIEWER = 1 << 60


def tweet_ids(count: int, ms: int = MS, per_ms: int = 1) -> list[int]:
    """Ids newest first, `per_ms` of them in each millisecond."""
    return [(ms + n // per_ms) << SHIFT | n % per_ms for n in range(count)][::-1]


def ready(user_id: int, ids: list[int] | None = None, floor_ms: int = 0) -> int:
    token = store.begin(user_id)
    assert token is not None
    assert store.finish(user_id, token, ids or [], floor_ms)
    return token


def everything(user_id: int = VIEWER) -> list[int]:
    page = store.page(user_id, Cursor(limit=2000))
    assert page is not None
    return page.ids


def held(user_id: int) -> list[int]:
    """What the server holds, newest first, each entry with its creation time as score."""
    redis = client("timelines")
    chunks = [name for name in redis.scan_iter(timeline_key(user_id) + "*") if redis.type(name) == b"zset"]
    found = [entry for name in chunks for entry in redis.zrange(name, 0, -1, withscores=True)]
    assert all(int(member) >> SHIFT == score for member, score in found)
    return sorted((int(member) for member, _ in found), reverse=True)


def test_push_leaves_a_cold_timeline_cold_when_nobody_read_it() -> None:
    store.push([VIEWER], tweet_ids(1)[0], store.tick())

    assert store.page(VIEWER, Cursor()) is None
    assert store.newest(VIEWER) is None


def test_empty_timeline_differs_from_a_cold_one_when_it_was_built() -> None:
    ready(VIEWER)

    page = store.page(VIEWER, Cursor())
    assert page == store.Page([], covered_from=0, above=[], big_author_ids=[])


def test_push_reaches_each_ready_timeline_once_when_repeated() -> None:
    users = [VIEWER + n for n in range(700)]
    warm = set(users[::2])
    for user in warm:
        ready(user)
    tweet = tweet_ids(1)[0]
    for _ in range(3):
        store.push(users, tweet, store.tick())

    for user in users:
        page = store.page(user, Cursor())
        assert (page.ids if page else None) == ([tweet] if user in warm else None)


@pytest.mark.parametrize("count", [799, 800, 801, 899, 900, 901, 1200])
def test_timeline_keeps_the_newest_800_when_more_are_pushed(count: int) -> None:
    ready(VIEWER)
    ids = tweet_ids(count)
    shuffled = random.Random(count).sample(ids, count)
    for tweet in shuffled:
        store.push([VIEWER], tweet, store.tick())

    page = store.page(VIEWER, Cursor(limit=2000))
    assert page is not None
    assert page.ids == ids[: len(page.ids)]
    if len(page.ids) == count:
        assert page.covered_from == 0
    else:  # the oldest are given up by the chunk, and none of those that are left is in doubt
        assert ids[len(page.ids)] < page.covered_from <= page.ids[-1]
    assert min(count, 800) <= len(page.ids) <= 800 + 2 * store.CHUNK
    assert held(VIEWER) == page.ids


def test_full_timeline_has_half_a_chunk_too_many_at_most_when_tweets_come_in_order() -> None:
    ready(VIEWER)
    ids, sizes = tweet_ids(1500)[::-1], []
    for number, tweet in enumerate(ids):
        store.push([VIEWER], tweet, store.tick())
        if number >= 1000:
            page = store.page(VIEWER, Cursor(limit=2000))
            assert page is not None
            sizes.append(len(page.ids))
    assert min(sizes) >= 800
    # how long the newest chunk is, is asked once in three times only
    assert max(sizes) <= 800 + store.CHUNK // 2 + 28


def test_every_chunk_expires_when_the_newest_entries_were_removed() -> None:
    ready(VIEWER)
    first, second, third = tweet_ids(3)[::-1]
    redis = client("timelines")
    for tweet in (first, second):
        for _ in range(5):  # whether the chunk's length is asked for or not
            store.push([VIEWER], tweet, store.tick())
        store.remove([VIEWER], [tweet])
        assert held(VIEWER) == []
    store.push([VIEWER], third, store.tick())
    assert held(VIEWER) == [third]
    names = list(redis.scan_iter(timeline_key(VIEWER) + "*"))
    assert len(names) == 2
    assert all(redis.ttl(name) > 0 for name in names)


@pytest.mark.parametrize("per_ms", [1, 3, 50, 300])
@pytest.mark.parametrize("order", ["newest last", "newest first", "any"])
def test_every_tweet_is_where_a_page_looks_for_it_when_they_come_late(order: str, per_ms: int) -> None:
    ready(VIEWER)
    ids = tweet_ids(700, per_ms=per_ms)
    coming = {"newest last": ids[::-1], "newest first": ids, "any": random.Random(7).sample(ids, 700)}
    for tweet in coming[order]:
        store.push([VIEWER], tweet, store.tick())
        if tweet % 7 == 0:
            store.push([VIEWER], tweet, store.tick())
    assert everything() == held(VIEWER) == ids
    gone = random.Random(8).sample(ids, 300)
    store.remove([VIEWER], gone)
    left = [tweet for tweet in ids if tweet not in set(gone)]
    assert everything() == held(VIEWER) == left
    for tweet in left[::37]:
        page = store.page(VIEWER, Cursor(before=tweet, limit=20), look_back=30)
        position = left.index(tweet)
        assert page is not None
        assert page.ids == left[position + 1 : position + 21]
        assert sorted(page.above, reverse=True) == left[max(0, position - 29) : position + 1]


@pytest.mark.parametrize("order", ["newest last", "any"])
def test_chunks_stay_in_one_piece_of_memory_when_tweets_come_late(order: str) -> None:
    ready(VIEWER)
    ids = tweet_ids(1500, per_ms=2)
    for tweet in ids[::-1] if order == "newest last" else random.Random(9).sample(ids, 1500):
        store.push([VIEWER], tweet, store.tick())
    redis = client("timelines")
    names = [name for name in redis.scan_iter(timeline_key(VIEWER) + "*") if redis.type(name) == b"zset"]
    assert 8 <= len(names) <= 20
    assert {redis.object("encoding", name) for name in names} == {b"listpack"}
    assert all(redis.ttl(name) > settings.TIMELINE_TTL for name in names)


def test_entry_takes_at_most_24_bytes_when_timelines_are_full(own_valkey: OwnValkey) -> None:
    def used() -> int:
        return client("timelines").info("memory")["used_memory"]

    ready(VIEWER)
    client("timelines").flushdb()  # connections and scripts have their memory now
    before, users = used(), range(VIEWER + 1, VIEWER + 201)
    ids = tweet_ids(800, per_ms=1)
    for user in users:
        ready(user, ids)
    assert (used() - before) / (len(users) * len(ids)) <= 24


def test_gap_below_a_full_timeline_is_not_filled_when_entries_are_removed() -> None:
    ids = tweet_ids(900)
    ready(VIEWER, ids[:800], floor_ms=ids[800] >> SHIFT)
    store.remove([VIEWER], ids[:10])
    store.push([VIEWER], ids[850], store.tick())

    page = store.page(VIEWER, Cursor(limit=1000))
    assert page is not None
    assert page.covered_from <= ids[799]
    assert page.ids == [tweet for tweet in ids[10:800] if tweet >= page.covered_from]


@pytest.mark.parametrize("limit", [1, 7, 49, 50, 51])
def test_pages_hold_each_tweet_once_when_fifty_share_a_millisecond(limit: int) -> None:
    ids = tweet_ids(50, MS + 1, per_ms=50) + tweet_ids(60, MS - 60)
    ready(VIEWER, ids)
    met: list[int] = []
    before = None
    while True:
        page = store.page(VIEWER, Cursor(before=before, limit=limit))
        assert page is not None
        if not page.ids:
            break
        met += page.ids
        before = page.ids[-1]

    assert met == ids


def test_page_ends_at_after_when_it_is_given() -> None:
    ids = tweet_ids(30, per_ms=4)
    ready(VIEWER, ids)
    for position in (0, 1, 5, 29):
        page = store.page(VIEWER, Cursor(after=ids[position], limit=100))
        assert page is not None
        assert page.ids == ids[:position]
    between = store.page(VIEWER, Cursor(before=ids[3], after=ids[9], limit=3))
    assert between is not None
    assert between.ids == ids[4:7]


def test_page_begins_below_a_cursor_that_is_no_entry_when_that_was_removed() -> None:
    ids = tweet_ids(10, per_ms=5)
    ready(VIEWER, ids)
    store.remove([VIEWER], [ids[3]])
    page = store.page(VIEWER, Cursor(before=ids[3], limit=3), look_back=2)

    assert page is not None
    assert page.ids == ids[4:7]
    assert set(page.above) <= set(ids[:3])


def test_push_of_an_old_look_is_refused_when_the_timeline_was_built_since() -> None:
    seen = store.tick()
    ready(VIEWER)
    store.push([VIEWER], tweet_ids(1)[0], seen)

    assert everything() == []


def test_push_lands_when_the_timeline_is_being_built() -> None:
    token = store.begin(VIEWER)
    assert token is not None
    new, *old = tweet_ids(20)
    store.push([VIEWER], new, store.tick())
    assert store.page(VIEWER, Cursor()) is None

    assert store.finish(VIEWER, token, old, 0)
    assert everything() == [new, *old]


def test_second_builder_is_turned_away_when_one_is_at_work() -> None:
    token = store.begin(VIEWER)
    assert token is not None
    assert store.begin(VIEWER) is None
    store.abandon(VIEWER, token + 1)
    assert store.begin(VIEWER) is None
    store.abandon(VIEWER, token)
    assert store.begin(VIEWER) is not None


@pytest.mark.parametrize("disturb", ["drop", "remove", "drop_all"])
def test_build_comes_to_nothing_when_entries_were_taken_away_meanwhile(disturb: str) -> None:
    token = store.begin(VIEWER)
    assert token is not None
    ids = tweet_ids(3)
    if disturb == "drop":
        store.drop([VIEWER])
    elif disturb == "remove":
        store.remove([VIEWER], ids[:1])
    else:
        store.drop_all()
    store.finish(VIEWER, token, ids, 0)

    assert store.page(VIEWER, Cursor()) is None


def test_later_build_is_not_finished_by_an_earlier_one_when_the_timeline_was_dropped() -> None:
    first = store.begin(VIEWER)
    store.drop([VIEWER])
    second = store.begin(VIEWER)
    assert first is not None
    assert second is not None
    assert not store.finish(VIEWER, first, tweet_ids(3), 0)
    assert store.finish(VIEWER, second, tweet_ids(1), 0)
    assert everything() == tweet_ids(1)


def test_drop_all_makes_only_earlier_timelines_cold_when_called() -> None:
    ready(VIEWER, tweet_ids(3))
    store.drop_all()
    ready(VIEWER + 1, tweet_ids(2))

    assert store.page(VIEWER, Cursor()) is None
    assert everything(VIEWER + 1) == tweet_ids(2)


def test_drop_all_makes_timelines_cold_when_the_database_went_back() -> None:
    ready(VIEWER, tweet_ids(3))
    store.drop_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('timelines_clock', 1)")
    store.drop_all()
    ready(VIEWER + 1, tweet_ids(2))

    assert store.page(VIEWER, Cursor()) is None
    assert everything(VIEWER + 1) == tweet_ids(2)


def test_reading_prolongs_a_timeline_when_its_time_has_run_for_a_day() -> None:
    ready(VIEWER)
    name = timeline_key(VIEWER)
    redis = client("timelines")
    assert redis.ttl(name) == settings.TIMELINE_TTL
    redis.expire(name, 60)
    everything()
    assert redis.ttl(name) == settings.TIMELINE_TTL


def test_every_key_of_a_timeline_expires_when_nobody_comes_back() -> None:
    ready(VIEWER, tweet_ids(3))
    store.push([VIEWER], tweet_ids(5)[0], store.tick())
    store.begin(VIEWER + 1)
    store.drop_all()
    redis = client("timelines")
    assert all(redis.ttl(name) > 0 for name in redis.scan_iter(key("home*")))


def test_clock_never_repeats_when_it_is_asked_quickly() -> None:
    ticks = [store.tick() for _ in range(200)]
    assert ticks == sorted(set(ticks))


def test_mark_survives_unmarking_when_it_was_set_again_meanwhile() -> None:
    store.mark_big(7)
    ready(VIEWER)

    def batches():
        yield [VIEWER]
        store.mark_big(7)

    store.unmark_big(7, batches())
    assert store.is_marked_big(7)
    assert store.page(VIEWER, Cursor()) is None
    store.unmark_big(7, [])
    assert not store.is_marked_big(7)


@pytest.mark.parametrize("buckets", [1, 3])
def test_many_tweets_at_once_are_where_each_alone_would_be(settings: Any, buckets: int) -> None:
    """Some to all, some to a few, some late, more than a chunk has room for, in several calls."""
    settings.TIMELINE_BUCKETS, settings.FANOUT_BATCH = buckets, 40
    users, ids, dice = [VIEWER + n for n in range(12)], tweet_ids(600, per_ms=3)[::-1], random.Random(5)
    for user in users:
        ready(user)
    expected: dict[int, set[int]] = {user: set() for user in users}
    while ids:
        number = dice.choice([1, 2, 3, 30, 130])
        several, ids = ids[:number], ids[number:]
        if ids and dice.random() < 0.5:
            several.append(ids.pop())  # what comes before its time makes the next ones late
        pushes = [Push(tweet, 7, dice.choice([users, users[:5], users[3:], users[4:6]])) for tweet in several]
        dice.shuffle(pushes)
        assert store.push_all(pushes, store.tick()) == set()
        for tweet, _, concerned in pushes:
            for user in concerned:
                expected[user].add(tweet)
    for user in users:
        assert everything(user) == sorted(expected[user], reverse=True)
        assert held(user) == everything(user)
    redis = client("timelines")
    names = [name for name in redis.scan_iter(key("home*")) if redis.type(name) == b"zset"]
    assert {redis.object("encoding", name) for name in names} == {b"listpack"}


def test_no_call_is_for_more_than_a_batch_when_many_are_put_together() -> None:
    users = [VIEWER + n for n in range(100)]
    pushes = [Push(tweet, 7, users) for tweet in tweet_ids(50)]
    calls = [groups for _, groups in packed(pushes, 60)]
    deliveries = []
    for groups in calls:
        at = size = 0
        while at < len(groups):
            text, count = str(groups[at]), int(groups[at + 1])
            deliveries += [
                (text[first : first + 19], int(tweet))
                for first in range(0, len(text), 19)
                for tweet in groups[at + 3 : at + 2 + 2 * count : 2]
            ]
            size += len(text) // 19 * count
            at += 2 + 2 * count
        assert size <= 60
    assert len(deliveries) == len(set(deliveries)) == 5000


def test_authors_are_told_who_are_marked_big_when_many_are_pushed() -> None:
    ready(VIEWER)
    store.mark_big(8)
    pushes = [Push(tweet, 7 + number, [VIEWER]) for number, tweet in enumerate(tweet_ids(3))]
    assert store.push_all(pushes, store.tick()) == {8}
