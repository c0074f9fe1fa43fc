"""Routes of the notifications page and of the number beside its name."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/badge/", views.badge, name="notifications-badge"),
    path("notifications/reading/", views.ReadingView.as_view(), name="notifications-read"),
]
