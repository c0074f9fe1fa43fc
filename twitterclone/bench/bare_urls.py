"""What references are measured by: a view that only answers, and a home timeline written plainly."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from twitterclone.bench.naive import NaiveHome

READY = b"x" * 6900  # about as many bytes as a page of 20 tweets takes as JSON


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(READY, headers={"Content-Length": str(len(READY))})


urlpatterns = [
    path("health/", empty),
    path("bench/empty/", empty),
    path("bench/naive/", NaiveHome.as_view()),
]
