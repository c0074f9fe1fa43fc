"""Whose tweets a viewer may read: the one place that knows privacy, blocks and suspension together."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from social.models import Block, Follow
from social.rules import Person


def readable_author_ids(viewer_id: int | None, author_ids: Iterable[int]) -> set[int]:
    """Those of the authors whose tweets the viewer may read; one query.

    Drops accounts that are suspended or deactivated, those with a block one way or the other, and
    private ones the viewer does not follow. Mutes do not count: what is muted may still be looked up.
    """
    ids = set(author_ids)
    if not ids:
        return set()
    return set(_readable(viewer_id).filter(id__in=ids).values_list("id", flat=True))


def can_see_tweets_of(viewer_id: int | None, author: Person) -> bool:
    """Whether the viewer may read the author's tweets, as `readable_author_ids` says."""
    return author.id in readable_author_ids(viewer_id, [author.id])


def readable_author_filter(viewer_id: int | None, author: str = "author_id") -> Exists:
    """The same as a condition of a query whose rows name their author in the column `author`."""
    return Exists(_readable(viewer_id, outer=OuterRef(author)))


def has_block_with(viewer_id: int, column: str) -> Exists:
    """A condition: one of the two, the viewer and the person named in `column`, has blocked the other."""
    return Exists(
        Block.objects.filter(
            Q(blocker_id=viewer_id, blocked_id=OuterRef(column))
            | Q(blocker_id=OuterRef(column), blocked_id=viewer_id)
        )
    )


def _readable(viewer_id: int | None, outer: OuterRef | None = None) -> QuerySet[User]:
    people = User.objects.reachable()
    if outer is not None:
        people = people.filter(id=outer)
    if viewer_id is None:
        return people.filter(is_private=False)
    follows = Follow.objects.filter(follower_id=viewer_id, following_id=OuterRef("id"))
    seen = ~has_block_with(viewer_id, "id") & (Q(is_private=False) | Exists(follows))
    return people.filter(Q(id=viewer_id) | seen)
