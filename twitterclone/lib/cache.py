"""The cache of this installation."""

from django_redis.cache import RedisCache


class OwnCache(RedisCache):
    """django-redis's cache, whose `clear` takes away what is cached and nothing else.

    The original empties the whole database of the server, which holds sessions and timelines too.
    """

    def clear(self) -> None:
        self.delete_pattern("*", itersize=1000)
