"""Letting programs in, and turning them out. What programs call stands in integrations.api.urls."""

from django.urls import path

import twitterclone.lib.converters  # noqa: F401 -- registers <id:…>
from integrations import views

urlpatterns = [
    path("oauth/authorize", views.AuthorizeView.as_view(), name="oauth-authorize"),
    path("settings/development/", views.TokensView.as_view(), name="settings-development"),
    path("settings/applications/", views.applications, name="settings-applications"),
    path(
        "settings/applications/<id:application_id>/",
        views.ConnectionView.as_view(),
        name="settings-application",
    ),
]
