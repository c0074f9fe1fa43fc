"""The timelines on a real cluster: the same promises, on whatever node a bucket lies."""

import pytest
from django.core.checks import run_checks

from accounts.models import User
from social.models import Follow
from tweets.tests.timelines.world import delete, history, post, truth, walk
from tweets.timelines import reader, store
from tweets.timelines.buckets import timeline_key
from twitterclone import tasks
from twitterclone.lib import outbox
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.redis import client, servers
from twitterclone.tests.cluster import OwnCluster, until

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(alice: User, person: object, own_cluster: OwnCluster) -> list[User]:
    """Thirty followers of alice with warm timelines, and alice."""
    people = [person(f"fan{n}") for n in range(30)]
    Follow.objects.bulk_create([Follow(follower=user, following=alice) for user in people])
    for user in [alice, *people]:
        walk(user)
    return people


def held(viewer: User) -> list[int] | None:
    page = store.page(viewer.pk, Cursor(limit=1000))
    return page and page.ids


def node_of(user: User) -> int:
    """The port of the node that has the user's timeline."""
    return client("timelines").get_node_from_key(timeline_key(user.pk)).port


def hurry() -> int:
    tasks.connection.cursor().execute("UPDATE outbox SET available_at = now() WHERE done_at IS NULL")
    return outbox.drain()


def test_tweet_comes_and_goes_on_every_node_when_the_timelines_are_spread(
    alice: User, crowd: list[User]
) -> None:
    assert len({node_of(user) for user in crowd}) == 3
    kept, gone = post(alice), post(alice)
    assert {tuple(held(user)) for user in [alice, *crowd]} == {(gone, kept)}
    assert store.reached([user.pk for user in crowd], kept) == 30
    delete(gone)
    assert {tuple(held(user)) for user in [alice, *crowd]} == {(kept,)}
    store.drop([user.pk for user in crowd[:15]])
    assert [held(user) is None for user in crowd] == [True] * 15 + [False] * 15
    store.drop_all()
    assert [held(user) for user in crowd] == [None] * 30


def test_pages_hold_each_tweet_once_when_a_timeline_has_many_chunks(alice: User, crowd: list[User]) -> None:
    ids = history(alice, 900, per_ms=3)
    store.drop([user.pk for user in crowd])
    new = [post(alice) for _ in range(30)]
    for user in crowd[:3]:
        assert walk(user, 70) == [*new[::-1], *ids]


def test_big_author_is_merged_on_every_node_when_marked(
    alice: User, crowd: list[User], settings: object
) -> None:
    settings.BIG_AUTHOR_FOLLOWERS = 30
    User.objects.filter(pk=alice.pk).update(followers_count=30)
    tweet = post(alice)
    assert [held(user) for user in crowd] == [[]] * 30
    assert {store.page(user.pk, Cursor()).big_author_ids[0] for user in crowd} == {alice.pk}
    assert all(walk(user) == [tweet] for user in crowd)
    User.objects.filter(pk=alice.pk).update(followers_count=3)
    post(alice)
    assert all(walk(user) == truth(user) for user in crowd)
    assert not any(store.page(user.pk, Cursor()).big_author_ids for user in crowd)


def test_nothing_is_lost_when_a_node_is_killed_and_comes_back(
    alice: User, crowd: list[User], own_cluster: OwnCluster
) -> None:
    tasks.reopen_after_restart()
    victim = next(node for node in own_cluster.nodes if node.port == node_of(crowd[0]))
    post(alice)
    victim.kill()
    missed = post(alice)
    assert outbox.open_count() > 0
    assert reader.home_ids(crowd[0].pk, Cursor()) == truth(crowd[0])  # PostgreSQL answers for the node
    delete(missed)
    alive = [user for user in crowd if node_of(user) != victim.port]
    victim.start()
    own_cluster.wait_until_whole()
    reader._breaker.reset()
    tasks.reopen_after_restart()
    until(lambda: hurry() == 0)
    assert outbox.open_count() == 0
    assert alive
    assert all(held(user) == truth(user) for user in alive)
    assert all(walk(user) == truth(user) for user in crowd)


def test_restart_of_one_node_repeats_the_last_deliveries(own_cluster: OwnCluster) -> None:
    assert len(servers("timelines")) == 3
    assert tasks.reopen_after_restart()
    assert not tasks.reopen_after_restart()
    own_cluster.nodes[1].kill()
    own_cluster.nodes[1].start()
    own_cluster.wait_until_whole()
    until(tasks.reopen_after_restart)


@pytest.mark.parametrize("role", ["sessions", "cache", "broker", "channels"])
def test_cluster_is_refused_when_it_is_for_another_role(settings: object, role: str) -> None:
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, role: "redis+cluster://127.0.0.1:1"}
    assert f"REDIS_{role.upper()}_URL" in "".join(str(message) for message in run_checks())


def test_one_bucket_on_a_cluster_is_remarked_upon(settings: object) -> None:
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, "timelines": "redis+cluster://127.0.0.1:1"}
    assert "twitterclone.W001" in {message.id for message in run_checks()}
    settings.TIMELINE_BUCKETS = 0
    assert "twitterclone.E002" in {message.id for message in run_checks()}
