from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401, PLC0415 -- models must be loaded first

        apps.get_app_config("account").verbose_name = _("Addresses")  # allauth calls itself as we do
