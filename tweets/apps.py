"""The tweets' app; its receivers register what it does when tweets and follows change."""

from importlib import import_module

from django.apps import AppConfig


class TweetsConfig(AppConfig):
    name = "tweets"

    def ready(self) -> None:
        import_module("tweets.receivers")
