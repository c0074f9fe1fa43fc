"""`manage.py createsuperuser`: Django's, refusing what nobody may be called."""

from django.contrib.auth.management.commands.createsuperuser import Command as DjangoCommand

from accounts.services import UsernameRefused, check_username


class Command(DjangoCommand):
    """An account called `admin` would have the address of the administration, and no profile to be seen."""

    def _validate_username(self, username: str, verbose_field_name: str, database: str) -> str | None:
        if username:
            try:
                check_username(username)
            except UsernameRefused as error:
                return f"Error: {error.message}"
        return super()._validate_username(username, verbose_field_name, database)  # type: ignore[misc]
