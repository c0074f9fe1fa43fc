"""Whom one knows: in an export by name; gone with the account, counters and timelines told."""

from collections.abc import Iterator

from django.db.models import Model, Q, QuerySet

from social.edges import remove_follows
from social.models import Block, Follow, FollowRequest, List, ListMember, Mute, SuggestionDismissal
from twitterclone.lib import outbox
from twitterclone.lib.belongings import BATCH, Row, erased, exported, in_batches, plain


@exported("following")
def following_rows(user_id: int) -> Iterator[Row]:
    return _named(Follow.objects.filter(follower_id=user_id), "following")


@exported("followers")
def follower_rows(user_id: int) -> Iterator[Row]:
    return _named(Follow.objects.filter(following_id=user_id), "follower")


@exported("follow_requests")
def request_rows(user_id: int) -> Iterator[Row]:
    return _named(FollowRequest.objects.filter(follower_id=user_id), "following")


@exported("blocks")
def block_rows(user_id: int) -> Iterator[Row]:
    return _named(Block.objects.filter(blocker_id=user_id), "blocked")


@exported("mutes")
def mute_rows(user_id: int) -> Iterator[Row]:
    return _named(Mute.objects.filter(muter_id=user_id), "muted")


@exported("dismissed_suggestions")
def dismissal_rows(user_id: int) -> Iterator[Row]:
    return _named(SuggestionDismissal.objects.filter(user_id=user_id), "person")


@exported("lists")
def list_rows(user_id: int) -> Iterator[Row]:
    for one in in_batches(List.objects.filter(owner_id=user_id)):
        members = ListMember.objects.filter(list=one).order_by("id")
        names = list(members.values_list("user__username", flat=True))
        yield plain(one, "title", "replies_policy", "exclusive", "created_at") | {"members": names}


@erased("follows")
def erase_follows(user_id: int) -> int:
    either = Follow.objects.filter(Q(follower_id=user_id) | Q(following_id=user_id))
    pairs = list(either.values_list("follower_id", "following_id")[:BATCH])
    for follower_id, following_id in remove_follows(pairs):
        outbox.emit("user.unfollowed", follower_id=follower_id, following_id=following_id)
    return len(pairs)


@erased("blocks")
def erase_others(user_id: int) -> int:
    """Requests, blocks, mutes and dismissed suggestions, both ways, and being in lists."""
    return (
        _drop(FollowRequest.objects.filter(Q(follower_id=user_id) | Q(following_id=user_id)))
        + _drop(Block.objects.filter(Q(blocker_id=user_id) | Q(blocked_id=user_id)))
        + _drop(SuggestionDismissal.objects.filter(Q(user_id=user_id) | Q(person_id=user_id)))
        + _drop(Mute.objects.filter(Q(muter_id=user_id) | Q(muted_id=user_id)))
        + _drop(ListMember.objects.filter(user_id=user_id))
    )


def _named(edges: QuerySet, other: str) -> Iterator[Row]:
    for edge in in_batches(edges.select_related(other)):
        yield {"username": getattr(edge, other).username, "created_at": edge.created_at}


def _drop(rows: "QuerySet[Model]") -> int:
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    return rows.model._default_manager.filter(pk__in=ids).delete()[0] if ids else 0
