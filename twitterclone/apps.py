from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from twitterclone import observing


class TwittercloneConfig(AppConfig):
    """The project itself: SQL functions, outbox, template tags and commands that belong to no noun."""

    name = "twitterclone"
    verbose_name = "Twitterclone"

    def ready(self) -> None:
        # who emits an event must know how to wake the workers; Celery itself loads tasks in workers only
        import_module("twitterclone.tasks")
        import_module("twitterclone.tasks_watched")
        import_module("twitterclone.checks")
        observing.begin()
        # what belongs to a person, from the lowest app to the highest
        autodiscover_modules("exports")
