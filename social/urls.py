"""Routes of the graph. The lists on a profile stand in twitterclone.urls, last."""

from django.urls import path

import twitterclone.lib.converters  # noqa: F401 -- registers <id:…>
from social import views

urlpatterns = [
    path("users/follow-buttons/", views.follow_buttons, name="follow-buttons"),
    path("users/<str:username>/follow/", views.FollowView.as_view(), name="follow"),
    path("users/<str:username>/follower/", views.FollowerView.as_view(), name="follower"),
    path("users/<str:username>/follow-request/", views.AnswerView.as_view(), name="follow-answer"),
    path("users/<str:username>/block/", views.BlockView.as_view(), name="block"),
    path("users/<str:username>/mute/", views.MuteView.as_view(), name="mute"),
    path("users/<str:username>/suggestion/", views.SuggestionView.as_view(), name="suggestion"),
    path("follow-requests/", views.follow_requests, name="follow-requests"),
    path("follow-requests/<id:request_id>/", views.FollowRequestView.as_view(), name="follow-request"),
    path("settings/blocks/", views.blocks, name="settings-blocks"),
    path("settings/mutes/", views.mutes, name="settings-mutes"),
]

profile_urlpatterns = [
    path("<str:username>/followers/", views.followers, name="followers"),
    path("<str:username>/following/", views.following, name="following"),
]
