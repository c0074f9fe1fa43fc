"""The site's own addresses, and the empty view behind the site's own middleware."""

from django.urls import path

from twitterclone import urls as site
from twitterclone.bench.bare_urls import empty

handler400, handler404, handler500 = site.handler400, site.handler404, site.handler500
urlpatterns = [path("bench/empty/", empty), *site.urlpatterns]
