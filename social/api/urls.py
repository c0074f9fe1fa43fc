"""Calls about people and how they stand to each other, under /api/."""

from typing import Any

from django.urls import path

import twitterclone.lib.converters  # noqa: F401 -- registers <id:…>
from social.api import accounts, edges, people

_ACTS: dict[str, Any] = {
    "follow": edges.FollowView,
    "unfollow": edges.UnfollowView,
    "remove_from_followers": edges.RemoveFollowerView,
    "block": edges.BlockView,
    "unblock": edges.UnblockView,
    "mute": edges.MuteView,
    "unmute": edges.UnmuteView,
}

urlpatterns = [
    path("v1/accounts/lookup", accounts.LookupView.as_view(), name="api-lookup"),
    path("v1/accounts/search", accounts.SearchView.as_view(), name="api-account-search"),
    path("v1/accounts/relationships", accounts.RelationshipsView.as_view(), name="api-relationships"),
    path("v1/accounts/familiar_followers", accounts.FamiliarFollowersView.as_view(), name="api-familiar"),
    path("v1/accounts/<id:account_id>", accounts.AccountView.as_view(), name="api-account"),
    path("v1/accounts/<id:account_id>/followers", people.FollowersView.as_view(), name="api-followers"),
    path("v1/accounts/<id:account_id>/following", people.FollowingView.as_view(), name="api-following"),
    *[
        path(f"v1/accounts/<id:account_id>/{act}", view.as_view(), name=f"api-{act}")
        for act, view in _ACTS.items()
    ],
    path("v1/follow_requests", people.FollowRequestsView.as_view(), name="api-follow-requests"),
    path(
        "v1/follow_requests/<id:account_id>/authorize", edges.AcceptView.as_view(), name="api-accept-request"
    ),
    path("v1/follow_requests/<id:account_id>/reject", edges.RejectView.as_view(), name="api-reject-request"),
    path("v1/blocks", people.BlocksView.as_view(), name="api-blocks"),
    path("v1/mutes", people.MutesView.as_view(), name="api-mutes"),
    path("v1/suggestions/<id:account_id>", accounts.SuggestionView.as_view(), name="api-suggestion"),
    path(
        "v1/accounts/<id:account_id>/connections", accounts.ConnectionsView.as_view(), name="api-connections"
    ),
    path("v2/suggestions", accounts.SuggestionsView.as_view(), name="api-suggestions"),
]
