"""What one person does about another: follow, answer requests, block, mute."""

from social.edges import lock_pair
from social.services.barring import block_user, mute_user, unblock_user, unmute_user
from social.services.following import follow_user, remove_follower, unfollow_user
from social.services.requests import accept_follow_request, accept_waiting_requests, reject_follow_request
from social.services.suggesting import dismiss_suggestion, restore_suggestion

__all__ = [
    "accept_follow_request",
    "accept_waiting_requests",
    "block_user",
    "dismiss_suggestion",
    "follow_user",
    "lock_pair",
    "mute_user",
    "reject_follow_request",
    "remove_follower",
    "restore_suggestion",
    "unblock_user",
    "unfollow_user",
    "unmute_user",
]
