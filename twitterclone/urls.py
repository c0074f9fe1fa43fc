"""HTML routes: the apps' own, longest prefix first, the profile catch-all last."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from social.urls import profile_urlpatterns as people_of_a_profile
from tweets.urls import first_urlpatterns as first_of_all
from tweets.urls import profile_urlpatterns as tweets_of_a_profile
from twitterclone import dashboard
from twitterclone.monitoring.page import operations
from twitterclone.views import favicon, health, health_for_programs, offline, service_worker
from twitterclone.watching import PROBES

handler400 = "twitterclone.views.bad_request"
handler404 = "twitterclone.views.not_found"
handler500 = "twitterclone.views.server_error"

urlpatterns = [
    *first_of_all,
    path("health/", health, name="health"),
    path("health", health_for_programs),
    *(path(probe.lstrip("/"), view) for probe, view in PROBES.items()),
    path("favicon.ico", favicon),
    path("offline.html", offline),
    path("service-worker.js", service_worker),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("signup/", RedirectView.as_view(pattern_name="account_signup", query_string=True)),
    path("admin/", admin.site.admin_view(dashboard.index)),
    path("admin/operations/", admin.site.admin_view(operations), name="operations"),
    path("admin/", admin.site.urls),
    path("", include("twitterclone.api")),
    path("", include("accounts.urls")),
    path("", include("integrations.urls")),
    path("", include("media.urls")),
    path("", include("messaging.urls")),
    path("", include("moderation.urls")),
    path("", include("notifications.urls")),
    path("", include("social.urls")),
    path("", include("tweets.urls")),
    *people_of_a_profile,
    *tweets_of_a_profile,
]
