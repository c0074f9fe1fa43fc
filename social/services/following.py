"""Follow and unfollow."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from social.edges import add_follows, is_private_until_commit, lock_pair, remove_follows
from social.models import FollowRequest
from social.queries import relation_between
from social.queries.discovery import forget_suggestions
from social.rules import FollowStatus, Person, Relation
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError, Forbidden, NotVisible


class CannotFollowOneself(DomainError):
    code = "cannot_follow_oneself"
    message = _("You cannot follow yourself.")


class CannotFollowBlocked(Forbidden):
    code = "cannot_follow_blocked"
    message = _("You blocked this person. Unblock them first, then follow.")


class CannotFollowBlocker(Forbidden):
    code = "cannot_follow_blocker"
    message = _("You cannot follow this person.")


class CannotFollowNow(Forbidden):
    code = "cannot_follow_now"
    message = _("Your account cannot follow anyone at the moment.")


@transaction.atomic
def follow_user(*, follower: Person, following: Person) -> FollowStatus:
    """Follows a public account, asks a private one; says which. A repeat changes nothing.

    Refuses oneself, a block either way, an account that is not there any more (NotVisible), and more
    follows than the limit allows.
    """
    if follower.id == following.id:
        raise CannotFollowOneself
    lock_pair(follower.id, following.id)
    is_private = _privacy_of(follower, following)
    relation = relation_between(follower.id, following.id)
    _refuse_blocked(relation)
    if relation.following:
        return FollowStatus.FOLLOWING
    if is_private and is_private_until_commit(following.id):
        return _ask(follower, following, relation)
    transaction.on_commit(lambda: forget_suggestions(follower.id))
    return _follow(follower, following, relation)


@transaction.atomic
def unfollow_user(*, follower: Person, following: Person) -> None:
    """Ends the follow, or takes the request back; nothing happens when there is neither."""
    part(follower.id, following.id)


@transaction.atomic
def remove_follower(*, user: Person, follower: Person) -> None:
    """Makes `follower` stop following `user`, who is not told; nothing happens when they do not follow."""
    part(follower.id, user.id)


def part(follower_id: int, following_id: int) -> None:
    """Ends what binds the first to the second: the request, then the follow.

    In this order an answer on its way finds its request gone, or leaves a follow to be ended here.
    """
    pair = {"follower_id": follower_id, "following_id": following_id}
    deleted, _rows = FollowRequest.objects.filter(**pair).delete()
    if deleted:
        outbox.emit("follow.withdrawn", **pair)
    if remove_follows([(follower_id, following_id)]):
        outbox.emit("user.unfollowed", **pair)


def _privacy_of(follower: Person, following: Person) -> bool:
    people = User.objects.reachable().filter(id__in=[follower.id, following.id])
    private = dict(people.values_list("id", "is_private"))
    if following.id not in private:
        raise NotVisible(_("This account is not there any more."))
    if follower.id not in private:
        raise CannotFollowNow
    return private[following.id]


def _refuse_blocked(relation: Relation) -> None:
    if relation.blocking:
        raise CannotFollowBlocked
    if relation.blocked_by:
        raise CannotFollowBlocker


def _ask(follower: Person, following: Person, relation: Relation) -> FollowStatus:
    if not relation.requested:
        limits.check("follow", follower.id)
        FollowRequest.objects.create(follower_id=follower.id, following_id=following.id)
        outbox.emit("follow.requested", follower_id=follower.id, following_id=following.id)
    return FollowStatus.REQUESTED


def _follow(follower: Person, following: Person, relation: Relation) -> FollowStatus:
    if relation.requested:  # the account was private when it was asked
        FollowRequest.objects.filter(follower_id=follower.id, following_id=following.id).delete()
    else:
        limits.check("follow", follower.id)
    if add_follows([(follower.id, following.id)]):
        outbox.emit("user.followed", follower_id=follower.id, following_id=following.id)
    return FollowStatus.FOLLOWING
