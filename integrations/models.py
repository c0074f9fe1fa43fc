"""Programs that act for people: the applications registered here. Their tokens are the toolkit's rows."""

from typing import ClassVar

from django.db import models
from oauth2_provider.models import AbstractApplication

from twitterclone.lib.fields import SnowflakeField

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"  # the code is shown, for programs without an address


class Application(AbstractApplication):
    """A program somebody registered. Its secret is stored as a SHA-256: it is long and random by itself."""

    GRANTS: ClassVar = {AbstractApplication.GRANT_AUTHORIZATION_CODE, "client-credentials"}

    id = SnowflakeField(primary_key=True)
    website: models.URLField = models.URLField(max_length=2000, blank=True, default="")
    scopes: models.TextField = models.TextField(default="read")

    objects: ClassVar[models.Manager["Application"]] = models.Manager()

    class Meta(AbstractApplication.Meta):
        db_table = "oauth_applications"

    @property
    def redirect_uri_list(self) -> list[str]:
        return self.redirect_uris.split()

    @property
    def default_redirect_uri(self) -> str:
        """The first address registered, for a request that names none."""
        return (self.redirect_uri_list or [OUT_OF_BAND])[0]

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Only to an address registered, letter for letter."""
        return uri in self.redirect_uri_list

    def allows_grant_type(self, *grant_types: str) -> bool:
        """Every program may ask a person, and act as itself; none is given a person's password."""
        return bool(self.GRANTS & set(grant_types))
