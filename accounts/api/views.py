"""What a client asks of one's own account before it draws anything."""

from rest_framework.response import Response

from accounts import wire
from twitterclone.lib.api import ApiRequest, ApiView, described


class PreferencesView(ApiView):
    scopes = {"GET": "read:accounts"}

    @described(gives=wire.Preferences)
    def get(self, request: ApiRequest) -> Response:
        """What the composer begins with, and how much is shown."""
        return Response(wire.preferences(request.user))
