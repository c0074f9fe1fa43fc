"""Home as it is read: across the end of Redis, around what may not be seen, and while Redis is down."""

import time

import pytest

from accounts.models import User
from social.models import Follow, Mute
from tweets.models import Tweet
from tweets.tests.timelines.world import delete, follow, history, post, truth, walk
from tweets.timelines import reader, store
from twitterclone.lib.pagination import BIGGEST_ID, Cursor
from twitterclone.tests.valkey import OwnValkey

pytestmark = pytest.mark.django_db


def entries(viewer: User, **cursor: int) -> list[int]:
    return [card.entry_id for card in reader.home_page(viewer.pk, Cursor(**cursor)).items]


def shown(viewer: User, limit: int) -> list[int]:
    """The ids of the tweets on all pages."""
    met: list[int] = []
    before = None
    while True:
        page = reader.home_page(viewer.pk, Cursor(before=before, limit=limit))
        met += [card.id for card in page.items]
        if page.next is None:
            return met
        before = page.next


@pytest.mark.parametrize("per_ms", [1, 50])
@pytest.mark.parametrize("limit", [20, 73, 400])
def test_home_goes_on_in_sql_when_redis_ends(alice: User, bob: User, limit: int, per_ms: int) -> None:
    old = history(alice, 850, per_ms=per_ms)
    new = [post(alice) for _ in range(30)]
    assert walk(bob, limit) == [*new[::-1], *old]


def test_home_never_reads_sql_for_ids_when_it_is_warm(
    alice: User, bob: User, django_assert_num_queries: object
) -> None:
    for _ in range(25):
        post(alice)
    walk(bob)
    with django_assert_num_queries(0):
        reader.home_ids(bob.pk, Cursor())


def test_home_takes_as_many_queries_for_twenty_as_for_one(
    alice: User, bob: User, django_assert_max_num_queries: object
) -> None:
    post(alice)
    reader.home_page(bob.pk, Cursor())
    with django_assert_max_num_queries(20) as one:
        assert len(entries(bob)) == 1
    for _ in range(24):
        post(alice)
    with django_assert_max_num_queries(20) as many:
        assert len(entries(bob)) == 20
    assert len(many) == len(one)


def test_home_is_filled_up_when_most_of_it_may_not_be_seen(alice: User, bob: User, person: object) -> None:
    loud = person("loud")
    follow(bob, loud)
    wanted = [post(alice) for _ in range(3)]
    for _ in range(60):
        post(loud)
    wanted += [post(alice) for _ in range(2)]
    Mute.objects.create(muter=bob, muted=loud)

    assert shown(bob, 5) == wanted[::-1]
    assert entries(bob, limit=5) == wanted[::-1]


def test_page_is_short_and_goes_on_when_hundreds_are_hidden(alice: User, bob: User, person: object) -> None:
    loud = person("loud")
    follow(bob, loud)
    (first,) = history(alice, 1)
    history(loud, 600, minutes_ago=1)
    Mute.objects.create(muter=bob, muted=loud)

    assert reader.home_page(bob.pk, Cursor(limit=5)).next is not None
    assert shown(bob, 5) == [first]


def test_tweet_is_shown_once_when_several_people_retweet_it(alice: User, bob: User, person: object) -> None:
    others = [person(f"other{n}") for n in range(4)]
    for other in others:
        follow(bob, other)
    original = post(alice)
    older = [post(alice) for _ in range(3)]
    retweets = [post(other, retweet_of=Tweet.objects.get(pk=original)) for other in others]
    newer = [post(alice) for _ in range(3)]

    assert entries(bob) == [*newer[::-1], retweets[-1], *older[::-1]]
    for limit in (1, 2, 4, 5):
        assert shown(bob, limit) == [*newer[::-1], original, *older[::-1]]


def test_tweet_stays_when_the_newer_retweet_is_of_a_muted_person(
    alice: User, bob: User, person: object
) -> None:
    muted = person("muted")
    follow(bob, muted)
    original = post(alice)
    between = post(alice)
    post(muted, retweet_of=Tweet.objects.get(pk=original))
    Mute.objects.create(muter=bob, muted=muted)

    for limit in (1, 2, 20):
        assert shown(bob, limit) == [between, original]


def test_new_tweets_are_counted_when_they_may_be_seen(alice: User, bob: User, person: object) -> None:
    muted, carol = person("muted"), person("carol")
    for other in (muted, carol):
        follow(bob, other)
    top = post(alice)
    assert reader.new_since(bob.pk, top) == (0, [])
    Mute.objects.create(muter=bob, muted=muted)
    post(alice)
    post(muted)
    gone = post(alice)
    delete(gone)
    post(carol)

    count, people = reader.new_since(bob.pk, top)
    assert (count, [face.username for face in people]) == (2, ["carol", "alice"])
    assert len(entries(bob, after=top)) == 2


def test_reply_is_at_home_only_when_both_are_followed(
    alice: User, bob: User, charlie: User, person: object
) -> None:
    dora = person("dora")
    follow(bob, dora)
    follow(charlie, alice)
    walk(bob)
    walk(charlie)
    root = Tweet.objects.get(pk=post(alice))
    to_alice = post(dora, in_reply_to=root)
    to_stranger = post(dora, in_reply_to=Tweet.objects.get(pk=post(charlie)))
    to_bob = post(alice, in_reply_to=Tweet.objects.get(pk=post(bob)))

    home = walk(bob)
    assert to_alice in home
    assert to_stranger not in home
    assert to_bob in home
    assert to_alice not in walk(charlie)
    assert home == truth(bob)
    assert walk(charlie) == truth(charlie)


@pytest.fixture
def star(alice: User, settings: object) -> User:
    settings.BIG_AUTHOR_FOLLOWERS = 2
    User.objects.filter(pk=alice.pk).update(followers_count=2)
    return alice


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_big_author_is_merged_when_home_is_read(star: User, bob: User, person: object, limit: int) -> None:
    carol = person("carol")
    follow(bob, carol)
    walk(bob)
    expected = [post(star if n % 3 else carol) for n in range(23)]
    assert store.page(bob.pk, Cursor()).big_author_ids == [star.pk]
    assert len(store.page(bob.pk, Cursor()).ids) == 8
    assert walk(bob, limit) == expected[::-1] == truth(bob)


def test_nothing_is_lost_when_an_author_becomes_big_and_small_again(
    alice: User, bob: User, settings: object
) -> None:
    settings.BIG_AUTHOR_FOLLOWERS = 10
    walk(bob)
    expected = []
    for followers in (1, 9, 10, 12, 9, 8, 7, 9, 10, 3):
        User.objects.filter(pk=alice.pk).update(followers_count=followers)
        expected.append(post(alice))
        assert walk(bob, 3) == expected[::-1]
        assert entries(bob) == expected[::-1]
    assert not store.is_marked_big(alice.pk)


def test_deleted_tweet_of_a_big_author_is_gone_when_it_was_pushed_before(
    alice: User, bob: User, settings: object
) -> None:
    walk(bob)
    tweet = post(alice)
    settings.BIG_AUTHOR_FOLLOWERS = 1
    User.objects.filter(pk=alice.pk).update(followers_count=1)
    post(alice)
    delete(tweet)
    assert walk(bob) == truth(bob)
    assert tweet not in store.page(bob.pk, Cursor()).ids


def test_home_comes_from_sql_when_redis_is_down(alice: User, bob: User, own_valkey: OwnValkey) -> None:
    ids = history(alice, 30)
    assert walk(bob) == ids
    own_valkey.kill()
    assert walk(bob) == ids
    assert len(entries(bob)) == 20
    own_valkey.start()
    reader._breaker.reset()
    assert walk(bob) == ids


def test_home_waits_once_when_redis_takes_questions_and_does_not_answer(
    alice: User, bob: User, own_valkey: OwnValkey
) -> None:
    ids = history(alice, 30)
    walk(bob)
    own_valkey.freeze()
    try:
        begun = time.monotonic()
        assert walk(bob, limit=5) == ids
        assert time.monotonic() - begun < 3.5
    finally:
        own_valkey.thaw()


def test_home_comes_from_sql_when_somebody_else_builds_it(alice: User, bob: User) -> None:
    ids = history(alice, 3)
    assert store.begin(bob.pk) is not None
    assert walk(bob) == ids


def test_home_is_empty_when_nobody_is_followed(charlie: User) -> None:
    page = reader.home_page(charlie.pk, Cursor())
    assert (page.items, page.next) == ([], None)
    assert reader.new_since(charlie.pk, 0) == (0, [])


def test_retweets_stay_away_when_the_viewer_hid_them(alice: User, bob: User, charlie: User) -> None:
    Follow.objects.filter(follower=bob).update(show_retweets=False)
    walk(bob)
    post(alice, retweet_of=Tweet.objects.get(pk=post(charlie)))
    plain = post(alice)
    assert walk(bob) == [plain] == truth(bob)


@pytest.mark.parametrize("warm", [True, False])
def test_home_is_empty_beyond_its_ends_when_the_cursor_is_strange(alice: User, bob: User, warm: bool) -> None:
    ids = history(alice, 3)
    if warm:
        walk(bob)
    else:
        store.begin(bob.pk)
    for cursor in (Cursor(before=0), Cursor(before=1), Cursor(after=BIGGEST_ID), Cursor(before=5, after=9)):
        assert reader.home_ids(bob.pk, cursor) == []
    assert reader.home_ids(bob.pk, Cursor(before=BIGGEST_ID, after=0)) == ids
