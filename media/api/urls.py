"""Calls that send media."""

from django.urls import path

from media.api import views
from twitterclone.lib import converters  # noqa: F401 -- registers <id:>

urlpatterns = [
    path("v2/media", views.MediaListView.as_view()),
    path("v1/media", views.WaitingMediaListView.as_view()),
    path("v1/media/<id:media_id>", views.MediaView.as_view()),
]
