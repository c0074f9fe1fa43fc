"""Calls about notifications."""

from django.urls import path

from notifications.api import views
from twitterclone.lib import converters  # noqa: F401 -- registers <id:>

urlpatterns = [
    path("v1/notifications", views.NotificationsView.as_view()),
    path("v1/notifications/clear", views.ClearView.as_view()),
    path("v1/notifications/unread_count", views.UnreadCountView.as_view()),
    path("v1/notifications/<id:notification_id>", views.NotificationView.as_view()),
    path("v1/notifications/<id:notification_id>/dismiss", views.DismissView.as_view()),
]
