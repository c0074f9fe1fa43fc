"""The keys of timelines, and into which bucket each is dealt."""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings

from twitterclone.lib.redis import key


def bucket_of(user_id: int) -> int:
    """By the middle bits of a product: ids of one moment, or of one process, are spread as well."""
    return (user_id * 0x9E3779B97F4A7C15 >> 40 & 0xFFFFFF) % settings.TIMELINE_BUCKETS


def buckets(last: int | None = None) -> list[int]:
    """All buckets; the one of user `last` after the others."""
    own = None if last is None else bucket_of(last)
    return sorted(range(settings.TIMELINE_BUCKETS), key=lambda bucket: bucket == own)


def dealt(user_ids: Iterable[int]) -> list[tuple[int, str]]:
    """The ids in one text, bucket by bucket."""
    if settings.TIMELINE_BUCKETS == 1:
        return [(0, "".join([f"{user_id:019d}" for user_id in user_ids]))]
    lists: dict[int, list[str]] = defaultdict(list)
    for user_id in user_ids:
        lists[bucket_of(user_id)].append(f"{user_id:019d}")
    return [(bucket, "".join(users)) for bucket, users in lists.items()]


def prefix_of(bucket: int) -> str:
    """What all keys of a bucket begin with."""
    return key("home", f"{{{bucket}}}", "")


def timeline_key(user_id: int) -> str:
    """The head's; those of the chunks begin with it."""
    return f"{prefix_of(bucket_of(user_id))}{user_id:019d}"


def oldest_valid(bucket: int) -> str:
    """Where it is kept which builds count no more."""
    return prefix_of(bucket) + "oldest-valid"


def big_authors(bucket: int) -> str:
    """The hash of the marks of authors that are not pushed."""
    return prefix_of(bucket) + "big-authors"
