from django.apps import AppConfig


class TwittercloneConfig(AppConfig):
    """The project itself: SQL functions, outbox, template tags and commands that belong to no noun."""

    name = "twitterclone"
    verbose_name = "Twitterclone"
