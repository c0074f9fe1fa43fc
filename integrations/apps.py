from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Other programs: the applications people let in, and their tokens."""

    name = "integrations"

    def ready(self) -> None:
        from integrations import receivers  # noqa: F401, PLC0415 -- models must be loaded first
