"""What a person does with a status. Each call answers the status as it is after it, and may be repeated."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from rest_framework.response import Response

from tweets.api.answers import status_for
from tweets.queries.access import retweet_id_of, tweet_for
from tweets.services.engagement import like_tweet, retweet, undo_retweet, unlike_tweet
from tweets.services.keeping import bookmark_tweet, pin_tweet, unbookmark_tweet, unpin_tweet
from tweets.wire import Status
from twitterclone.lib.api import ApiRequest, ApiView, described


class EngagementView(ApiView):
    """One call whose service takes the user and the tweet."""

    scopes = {"POST": "write:statuses"}
    service: Callable[..., Any]

    @described(gives=Status)
    def post(self, request: ApiRequest, status_id: int) -> Response:
        tweet = tweet_for(request.user.pk, status_id)
        type(self).service(user=request.user, tweet=tweet)
        return Response(status_for(request.user.pk, tweet.pk))


class LikeView(EngagementView):
    """Likes the status."""

    scopes = {"POST": "write:favourites"}
    service = staticmethod(like_tweet)


class UnlikeView(EngagementView):
    """Takes the like back."""

    scopes = {"POST": "write:favourites"}
    service = staticmethod(unlike_tweet)


class RetweetView(EngagementView):
    """Retweets the status; answers the retweet, with the original in `reblog`."""

    @described(gives=Status)
    def post(self, request: ApiRequest, status_id: int) -> Response:
        tweet = tweet_for(request.user.pk, status_id)
        retweet(user=request.user, tweet=tweet)
        return Response(status_for(request.user.pk, retweet_id_of(request.user.pk, tweet.pk)))


class UndoRetweetView(EngagementView):
    """Takes the retweet back; answers the original."""

    service = staticmethod(undo_retweet)


class BookmarkView(EngagementView):
    """Keeps the status among your bookmarks."""

    scopes = {"POST": "write:bookmarks"}
    service = staticmethod(bookmark_tweet)


class UnbookmarkView(EngagementView):
    """Takes the status out of your bookmarks."""

    scopes = {"POST": "write:bookmarks"}
    service = staticmethod(unbookmark_tweet)


class PinView(EngagementView):
    """Shows your own status first on your profile."""

    scopes = {"POST": "write:accounts"}
    service = staticmethod(pin_tweet)


class UnpinView(EngagementView):
    """Shows it in its place again."""

    scopes = {"POST": "write:accounts"}
    service = staticmethod(unpin_tweet)


VIEWS = {
    "favourite": LikeView,
    "unfavourite": UnlikeView,
    "reblog": RetweetView,
    "unreblog": UndoRetweetView,
    "bookmark": BookmarkView,
    "unbookmark": UnbookmarkView,
    "pin": PinView,
    "unpin": UnpinView,
}


def urlpatterns_below(prefix: str) -> list[URLPattern]:
    """The calls, each by its verb."""
    return [path(f"{prefix}/{verb}", view.as_view()) for verb, view in VIEWS.items()]
