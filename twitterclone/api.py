"""Where the API begins: each app's calls under their versions, and JSON for every address there is not.

Addresses stand here without a slash at the end; twitterclone.middleware takes it off what clients send.
"""

from django.urls import include, path, re_path

from twitterclone.lib.api.views import MissingView

urlpatterns = [
    path("api/", include("accounts.api.urls")),
    path("api/", include("social.api.urls")),
    path("api/", include("media.api.urls")),
    path("api/", include("tweets.api.urls")),
    path("api/", include("notifications.api.urls")),
    path("", include("integrations.api.urls")),
    re_path(r"^api(/|$)", MissingView.as_view()),
]
