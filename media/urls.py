"""Uploads and files under /media/, the picture settings."""

from django.urls import path

from media import views

urlpatterns = [
    path("media/uploads/", views.MediaCreateView.as_view(), name="media-create"),
    path("media/uploads/<int:media_id>/", views.MediaView.as_view(), name="media"),
    path("media/files/<path:name>", views.FileView.as_view(), name="media-file"),
    path("settings/picture/", views.PictureView.as_view(), name="settings-picture"),
]
