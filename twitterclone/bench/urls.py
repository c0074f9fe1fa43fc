"""The site's own addresses, and empty views behind the site's own middleware: looked at, and pressed."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from twitterclone import urls as site
from twitterclone.bench.bare_urls import empty

PRESSED = b"x" * 500  # about as many bytes as a button

handler400, handler404, handler500 = site.handler400, site.handler404, site.handler500


@require_POST
def pressed(_request: HttpRequest) -> HttpResponse:
    """Checked as any form is, and nothing done."""
    return HttpResponse(PRESSED)


urlpatterns = [path("bench/empty/", empty), path("bench/pressed/", pressed), *site.urlpatterns]
