"""Answering those who ask to follow a private account."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from social.edges import add_follows, is_private_until_commit
from social.models import FollowRequest
from social.rules import Person
from twitterclone.lib import outbox
from twitterclone.lib.errors import NotVisible

ACCEPT_BATCH = 500


class RequestGone(NotVisible):
    message = _("This request is gone: it was withdrawn, or you have answered it already.")


@transaction.atomic
def accept_follow_request(*, user: Person, request_id: int) -> int:
    """Lets the one who asked follow `user`; returns their id. Refuses others' requests (RequestGone)."""
    follower_id = _take(user, request_id)
    _let_follow(user.id, [follower_id], answered=True)
    return follower_id


@transaction.atomic
def reject_follow_request(*, user: Person, request_id: int) -> int:
    """Declines; the one who asked is not told. Returns their id; refuses others' requests."""
    follower_id = _take(user, request_id)
    outbox.emit("follow.withdrawn", follower_id=follower_id, following_id=user.id)
    return follower_id


@transaction.atomic
def accept_waiting_requests(*, user: Person) -> int:
    """Accepts whoever waits for an account that is public now; returns how many."""
    if is_private_until_commit(user.id):
        return 0
    accepted = 0
    while batch := _next_waiting(user.id):
        FollowRequest.objects.filter(id__in=batch).delete()
        _let_follow(user.id, list(batch.values()))
        accepted += len(batch)
    return accepted


def _take(user: Person, request_id: int) -> int:
    """Claims the row: whoever locks it first, answer or block, decides."""
    waiting = FollowRequest.objects.select_for_update().filter(id=request_id, following_id=user.id)
    request = waiting.first()
    if request is None:
        raise RequestGone
    request.delete()
    return request.follower_id


def _next_waiting(user_id: int) -> dict[int, int]:
    waiting = FollowRequest.objects.select_for_update().filter(following_id=user_id).order_by("id")
    return dict(waiting.values_list("id", "follower_id")[:ACCEPT_BATCH])


def _let_follow(user_id: int, follower_ids: list[int], *, answered: bool = False) -> None:
    for follower_id, _user_id in add_follows((follower_id, user_id) for follower_id in follower_ids):
        outbox.emit("follow.accepted", follower_id=follower_id, following_id=user_id, answered=answered)
