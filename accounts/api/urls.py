"""Calls about one's own account, under /api/. Those that show people stand in social.api and above."""

from django.urls import path

from accounts.api import views

urlpatterns = [path("v1/preferences", views.PreferencesView.as_view(), name="api-preferences")]
