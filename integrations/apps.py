from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Other programs: the applications people let in, and their tokens."""

    name = "integrations"
