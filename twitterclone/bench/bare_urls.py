"""References: a view that only answers, a row written and nothing else, a home timeline written plainly."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from twitterclone.bench.naive import NaiveHome
from twitterclone.lib import prepared
from twitterclone.lib.ids import next_id

_THERE = """
    INSERT INTO likes (id, created_at, user_id, tweet_id) VALUES (%(id)s, now(), %(user)s, %(tweet)s)
    ON CONFLICT (user_id, tweet_id) DO NOTHING RETURNING id
"""
_GONE = "DELETE FROM likes WHERE user_id = %(user)s AND tweet_id = %(tweet)s RETURNING id"
READY = b"x" * 6900  # about as many bytes as a page of 20 tweets takes as JSON


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(READY, headers={"Content-Length": str(len(READY))})


def row(request: HttpRequest, tweet_id: int, user_id: int) -> HttpResponse:
    """A like's row put there or taken away: unasked who may, how many there are, and whom it concerns."""
    values = {"id": next_id(), "user": user_id, "tweet": tweet_id}
    prepared.rows(_GONE if request.method == "DELETE" else _THERE, values, fresh=True)
    return HttpResponse(b"x")


urlpatterns = [
    path("health/", empty),
    path("bench/empty/", empty),
    path("bench/row/<int:tweet_id>/<int:user_id>/", row),
    path("bench/naive/", NaiveHome.as_view()),
]
