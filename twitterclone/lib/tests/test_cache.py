"""The cache shares its server."""

from django.core.cache import cache

from twitterclone.lib.redis import client, key


def test_clear_leaves_everything_else_when_the_server_is_shared():
    redis = client("cache")
    redis.set(key("session", "somebody"), "here", ex=60)
    for number in range(3):
        cache.set(f"found {number}", number)
    cache.clear()
    assert redis.get(key("session", "somebody")) == b"here"
    assert [cache.get(f"found {number}") for number in range(3)] == [None, None, None]
