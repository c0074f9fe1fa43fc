"""Follow, block and mute. Each answers how one stands with the person after it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from social import services
from social.queries.accounts import follow_request_from, person_with, standing_with
from social.wire import Relationship, relationship
from twitterclone.lib.api import ApiRequest, ApiView, Invalid, described

LONGEST_MUTE = 10 * 365 * 24 * 60 * 60


class MuteInput(TypedDict, total=False):
    notifications: bool
    duration: int


class EdgeView(ApiView):
    """Does one thing about the person and answers the standing."""

    request: ApiRequest

    def done(self, account_id: int) -> Response:
        return Response(relationship(standing_with(self.request.user.pk, account_id)))


def edge(scope: str, act: Callable[[Any, Any], object], told: str) -> type[EdgeView]:
    """A view that calls `act(user, person)`."""

    class View(EdgeView):
        scopes = {"POST": scope}

        @described(gives=Relationship)
        def post(self, request: ApiRequest, account_id: int) -> Response:
            act(request.user, person_with(account_id))
            return self.done(account_id)

    View.post.__doc__ = told
    return View


FollowView = edge(
    "write:follows",
    lambda me, you: services.follow_user(follower=me, following=you),
    "Follows; of a private account `requested` is answered. `reblogs` and `notify` are not kept.",
)
UnfollowView = edge(
    "write:follows",
    lambda me, you: services.unfollow_user(follower=me, following=you),
    "Ends the follow, or takes the request back.",
)
RemoveFollowerView = edge(
    "write:follows",
    lambda me, you: services.remove_follower(user=me, follower=you),
    "Makes somebody stop following you.",
)
BlockView = edge(
    "write:blocks",
    lambda me, you: services.block_user(blocker=me, blocked=you),
    "Neither sees nor reaches the other.",
)
UnblockView = edge(
    "write:blocks",
    lambda me, you: services.unblock_user(blocker=me, blocked=you),
    "Lifts the block; follows do not come back.",
)
UnmuteView = edge(
    "write:mutes",
    lambda me, you: services.unmute_user(muter=me, muted=you),
    "Lifts the mute.",
)
AcceptView = edge(
    "write:follows",
    lambda me, you: services.accept_follow_request(user=me, request_id=follow_request_from(me.pk, you.pk)),
    "Lets them follow you.",
)
RejectView = edge(
    "write:follows",
    lambda me, you: services.reject_follow_request(user=me, request_id=follow_request_from(me.pk, you.pk)),
    "Declines; they are not told.",
)


class MuteView(EdgeView):
    scopes = {"POST": "write:mutes"}

    @described(takes=MuteInput, gives=Relationship)
    def post(self, request: ApiRequest, account_id: int) -> Response:
        """Keeps their tweets out of sight, for `duration` seconds or for good (0)."""
        seconds = self.fields.integer("duration", 0) or 0
        if not 0 <= seconds <= LONGEST_MUTE:
            raise Invalid("duration", _("must be between 0 and ten years"))
        services.mute_user(
            muter=request.user,
            muted=person_with(account_id),
            expires_at=timezone.now() + timedelta(seconds=seconds) if seconds else None,
            hide_notifications=self.fields.boolean("notifications", True),
        )
        return self.done(account_id)
